/** New versions of the app, and what is unsent when the app can't open its data. */
export const update = {
  ready: 'Versi baru siap dipakai.',
  readyText:
    'Dipasang sendiri saat keranjang kosong dan kasir tidak dipakai, di semua tab sekaligus. Data dan keranjang tetap ada.',
  now: 'Pasang sekarang',
  soon: 'Versi baru segera dipasang.',
  waitsHere: 'Menunggu isian atau pembayaran di tab ini selesai. Tidak ada yang hilang.',
  waitsElsewhere: 'Semua tab memuat ulang bersama begitu tidak ada isian atau pembayaran yang sedang berjalan.',
  outdatedTitle: 'Aplikasi sudah diperbarui di tab lain',
  outdatedText:
    'Tab ini masih versi lama, jadi berhenti mencatat agar data tidak tercampur. Penjualan dan keranjang yang tersimpan aman.',
  outdatedDo: 'Muat ulang untuk melanjutkan dengan versi baru.',
  newerTitle: 'Versi aplikasi ini terlalu lama',
  newerText:
    'Data di perangkat ini sudah dipakai versi yang lebih baru. Versi ini tidak mencatat apa pun, jadi jangan menjual di sini. Semua yang tersimpan aman.',
  newerDo: 'Muat ulang. Jika tetap begini, minta pemilik toko memasang lagi versi terbaru di server.',
  failedTitle: 'Data belum bisa dipindah ke versi baru',
  failedText:
    'Pembaruan penyimpanan di perangkat ini gagal dan dibatalkan seluruhnya. Data lama tetap utuh, termasuk yang belum terkirim.',
  failedDo:
    'Kosongkan ruang di perangkat, lalu muat ulang. Jika tetap gagal, ekspor yang belum terkirim dan impor di kasir lain cabang ini.',
  blockedTitle: 'Tab lain masih memakai versi lama',
  blockedText: 'Data baru bisa dibuka setelah tab itu ditutup. Tidak ada yang hilang.',
  blockedDo: 'Tutup semua tab dan jendela lain dari aplikasi ini, lalu muat ulang.',
  export: 'Ekspor yang belum terkirim',
  exporting: 'Membaca…',
  exported:
    '{{count}} catatan ada di berkas {{file}}. Impor di menu Belum terkirim pada kasir lain di cabang yang sama.',
  exportedPartly: '{{count}} di antaranya tidak dikenal versi ini: simpan berkasnya untuk dukungan.',
  exportedNone: 'Tidak ada yang belum terkirim di perangkat ini.',
  exportFailed:
    'Data tidak bisa dibaca dan tidak diubah. Tutup tab lain dari aplikasi ini, muat ulang, lalu coba lagi.',
  rescueTitle: 'Ekspor yang belum terkirim',
  rescueText:
    'Halaman ini hanya membaca data di perangkat, tanpa membuka aplikasi. Yang diekspor tetap ada di sini; server mencatat setiap penjualan satu kali saja.',
  toApp: 'Ke aplikasi',
}
