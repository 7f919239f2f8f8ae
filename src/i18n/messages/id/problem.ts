export const problem = {
  crashTitle: 'Halaman ini berhenti',
  crashText: 'Ada kesalahan di aplikasi. Data yang tersimpan di perangkat ini aman. Muat ulang untuk melanjutkan.',
  chunkTitle: 'Bagian aplikasi ini belum termuat',
  chunkText:
    'Perangkat sedang luring atau aplikasi baru saja diperbarui. Data di perangkat ini aman. Periksa jaringan, lalu muat ulang.',
  details: 'Rincian untuk dukungan',
  diagnostics: 'Buka diagnostik',
  insecureTitle: 'Alamat ini tidak aman',
  insecureText:
    'Aplikasi dibuka lewat http biasa. Peramban lalu menutup penyimpanan luring dan sinkronisasi, jadi stok tidak bisa dimuat.',
  insecureSafe: 'Tidak ada data yang hilang: belum ada yang disimpan di alamat ini.',
  insecureDo: 'Yang perlu dilakukan',
  insecureStep1: 'Di komputer toko, jalankan server dengan TLS=auto.',
  insecureStep2: 'Di perangkat ini, buka {{trust}} dan ikuti petunjuk untuk memercayai sertifikat toko.',
  insecureStep3: 'Lalu buka {{secure}}.',
  noIndexedDbTitle: 'Peramban ini tidak bisa menyimpan data',
  noIndexedDbText:
    'Aplikasi memerlukan penyimpanan IndexedDB, tetapi peramban tidak menyediakannya. Ini biasa terjadi di mode penyamaran atau di peramban lama.',
  noIndexedDbDo: 'Buka di jendela biasa (bukan penyamaran), atau pakai Chrome, Edge, Firefox, atau Safari terbaru.',
  storageRefusedTitle: 'Penyimpanan perangkat ditolak',
  storageRefusedText:
    'Basis data di perangkat ini tidak bisa dibuka: ruang penuh, atau penyimpanan untuk situs ini diblokir.',
  storageRefusedDo:
    'Kosongkan ruang di perangkat dan izinkan penyimpanan untuk situs ini, tutup tab lain dari aplikasi ini, lalu muat ulang.',
  startTitle: 'Aplikasi tidak bisa dibuka',
  startText: 'Ada kesalahan saat membuka aplikasi. Data yang tersimpan di perangkat ini tidak diubah.',
  startDo: 'Muat ulang. Jika tetap begini, kirim rincian di bawah ke dukungan.',
} as const
