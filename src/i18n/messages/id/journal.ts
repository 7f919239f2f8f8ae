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
