export const journal = {
  title: 'Catatan kesalahan',
  intro:
    'Yang tidak berjalan di perangkat ini, juga dari sebelum dimuat ulang. Disimpan di sini saja, tanpa kata sandi dan PIN.',
  none: 'Tidak ada kesalahan yang tercatat.',
  unreadable: 'Catatan kesalahan tidak bisa dibaca. Penjualan dan stok tidak terganggu.',
  kindInput: 'Data yang tidak bisa dipakai',
  kindStorage: 'Penyimpanan perangkat',
  kindRefused: 'Ditolak server',
  kindWorker: 'Layanan latar',
  kindNetwork: 'Jaringan',
  kindCrash: 'Kesalahan aplikasi',
  times_one: '{{times}} kali, {{from}} – {{until}}',
  times_other: '{{times}} kali, {{from}} – {{until}}',
  export: 'Berkas untuk dukungan',
  exported: '{{file}} dibuat: catatan kesalahan dan semua yang belum terkirim. Kirim ke dukungan.',
  exportFailed: 'Berkas tidak bisa dibuat. Semua catatan tetap ada. Coba lagi.',
  clear: 'Kosongkan catatan',
  clearTitle: 'Kosongkan catatan kesalahan?',
  clearText:
    'Dukungan tidak bisa lagi melihat apa yang pernah salah di perangkat ini. Penjualan dan stok tidak tersentuh.',
  clearFailed: 'Belum dikosongkan: penyimpanan perangkat menolak. Coba lagi.',
} as const

export const printer = {
  title: 'Struk dan printer',
  intro: 'Pilih printer struk di perangkat ini. Tanpa printer struk, struk dicetak lewat peramban.',
  none: 'Peramban ini tidak bisa memakai printer struk langsung. Struk dicetak lewat peramban.',
  current: 'Printer struk terpasang lewat {{way}}.',
  usb: 'USB',
  serial: 'Serial',
  bluetooth: 'Bluetooth',
  baudRate: 'Kecepatan serial (baud)',
  drawer: 'Buka laci saat mencetak struk tunai',
  test: 'Cetak percobaan',
  testTitle: 'PERCOBAAN',
  forget: 'Lepas printer',
  chosen: 'Printer terpasang. Coba cetak.',
  notChosen: 'Tidak ada printer yang dipilih, atau printer tidak menjawab.',
  tested: 'Terkirim ke printer.',
  testFailed: 'Tidak tercetak: printer tidak menjawab. Nyalakan dan dekatkan printer, lalu pilih lagi.',
} as const

export const refresh = {
  title: 'Penyegaran',
  last: 'Terakhir cocok dengan server',
  state: 'Keadaan',
  next: 'Berikutnya',
  idle: 'Diam',
  comparing: 'Membandingkan dengan server…',
  loading: 'Memuat {{loaded}} dari {{total}} baris',
  failed: 'Gagal: server tidak menjawab. Dicoba lagi dengan sendirinya.',
}

export const storage = {
  nearlyFullTitle: 'Penyimpanan perangkat terisi {{percent}}.',
  nearlyFullText:
    'Penjualan masih tersimpan, tetapi bila penuh tidak ada yang bisa dicatat lagi. Hapus foto dan aplikasi lain dari perangkat ini, dan pastikan semua penjualan terkirim.',
  look: 'Lihat penyimpanan',
  free: 'Sisa ruang',
  freeEnough: 'Cukup ({{percent}} terisi)',
  freeLow: 'Hampir habis ({{percent}} terisi)',
  freeDo:
    'Hapus foto dan aplikasi lain dari perangkat ini. Data penjualan di sini dirapikan sendiri; yang belum terkirim tidak pernah dihapus.',
  kept: 'Yang sudah di server disimpan di sini {{days}} hari, lalu dihapus sendiri. Yang belum terkirim tidak pernah dihapus.',
  takenTitle: 'Penyimpanan aplikasi ini dihapus oleh peramban atau sistem.',
  takenText:
    'Penjualan yang sudah terkirim aman di server. Yang belum terkirim tidak ada lagi di perangkat ini: catat ulang dari struknya, atau impor berkas ekspor bila ada. Daftarkan lagi perangkat ini dengan kode baru.',
} as const
