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
