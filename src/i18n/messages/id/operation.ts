/** What a counter records, in words: kinds, states, and why the server did not take it. */
export const operation = {
  sale: 'Penjualan',
  void: 'Pembatalan',
  refund: 'Retur',
  shiftOpen: 'Buka shift',
  shiftClose: 'Tutup shift',
  cashIn: 'Kas masuk',
  cashOut: 'Kas keluar',
  about: 'untuk {{reference}}',
  stateQueued: 'Menunggu dikirim',
  stateRetry: 'Akan dicoba lagi',
  stateSending: 'Sedang dikirim',
  stateConfirmed: 'Sudah di server',
  stateNeedsDecision: 'Perlu keputusan',
  stateCancelled: 'Dibatalkan di sini',
  statePaused: 'Tertahan',
  stateOtherBranch: 'Milik cabang lain',
  shortOffline: 'Server tidak terjangkau',
  shortHttp: 'Server sedang sibuk',
  shortUnavailable: 'Server belum siap',
  shortInvalid: 'Tidak terbaca oleh server',
  shortTotals: 'Hitungan server berbeda',
  shortBranch: 'Cabang tidak cocok',
  shortDevice: 'Perangkat tidak cocok',
  shortMismatch: 'Isi di server lain',
  shortUnknownSale: 'Penjualannya belum ada di server',
  shortVoid: 'Penjualannya sudah dibatalkan',
  shortQuantity: 'Jumlah melebihi yang dijual',
  shortAmount: 'Uang melebihi yang dibayar',
  shortUnknownShift: 'Shift-nya belum ada di server',
  shortShiftClosed: 'Shift-nya sudah ditutup',
  longOffline:
    'Server tidak menjawab. Catatan ini aman di perangkat dan dikirim sendiri saat jaringan kembali. Tidak perlu berbuat apa-apa.',
  longHttp:
    'Server menjawab bahwa ia belum bisa menerima. Catatan ini aman di perangkat dan dicoba lagi dengan sendirinya.',
  longUnavailable:
    'Server belum bisa mencatatnya saat ini. Catatan ini aman di perangkat dan dicoba lagi dengan sendirinya.',
  longInvalid:
    'Server tidak bisa membaca catatan ini, jadi belum dibukukan. Catatannya aman di perangkat. Coba kirim lagi; jika tetap ditolak, batalkan di sini dan catat ulang.',
  longTotals:
    'Hitungan server tidak sama dengan jumlah di struk, jadi belum dibukukan. Catatannya aman di perangkat. Periksa dengan supervisor: kirim lagi, atau batalkan di sini dan catat ulang dengan jumlah yang benar.',
  longBranch:
    'Catatan ini dibuat untuk cabang lain, jadi server menolaknya. Catatannya aman di perangkat. Ekspor ke berkas, lalu impor di perangkat cabang itu.',
  longDevice:
    'Catatan ini dibuat oleh perangkat lain, jadi server menolaknya. Catatannya aman di sini. Coba kirim lagi, atau kirim dari perangkat asalnya.',
  longMismatch:
    'Server sudah punya catatan dengan nomor ini, tetapi isinya lain. Keduanya belum diubah. Bandingkan, lalu pilih mana yang berlaku.',
  longUnknownSale:
    'Server belum mengenal penjualan yang dibatalkan atau diretur ini. Catatannya aman di perangkat. Kirim dulu penjualannya, lalu kirim lagi yang ini.',
  longVoid:
    'Penjualan ini sudah dibatalkan, mungkin di kasir lain. Tidak ada yang dibukukan dua kali. Periksa uang di laci, lalu batalkan catatan ini.',
  longQuantity:
    'Jumlah barang yang diretur lebih dari yang dijual, mungkin sudah diretur di kasir lain. Belum dibukukan. Periksa struk dan uang di laci, lalu batalkan catatan ini dan catat ulang.',
  longAmount:
    'Uang kembali lebih dari yang dibayar, mungkin sudah diretur di kasir lain. Belum dibukukan. Periksa struk dan uang di laci, lalu batalkan catatan ini dan catat ulang.',
  longUnknownShift:
    'Server belum mengenal shift ini. Catatannya aman di perangkat. Kirim dulu pembukaan shift-nya, lalu kirim lagi yang ini.',
  longShiftClosed:
    'Shift ini sudah ditutup di server, jadi belum dibukukan. Catatannya aman di perangkat. Periksa dengan supervisor: kirim lagi, atau batalkan di sini.',
  outcomeStorageFull:
    'Tidak tersimpan: penyimpanan perangkat penuh. Belum ada yang dicatat. Kosongkan ruang di perangkat, lalu coba lagi.',
  outcomeStorage:
    'Tidak tersimpan: penyimpanan perangkat menolak. Belum ada yang dicatat. Coba lagi; jika tetap begini, muat ulang halaman.',
  outcomeAlreadyDone: 'Sudah dicatat sebelumnya. Tidak ada yang dicatat dua kali.',
  outcomeNotEnrolled: 'Perangkat ini belum terdaftar. Belum ada yang dicatat. Daftarkan perangkat dulu.',
  reasonLabel: 'Alasan',
  reasonHint: 'Tersimpan bersama catatannya.',
  reasonNeeded: 'Tulis alasannya dulu.',
  reasonWrongItem: 'Salah barang',
  reasonWrongAmount: 'Salah hitung',
  reasonBuyerLeft: 'Pembeli batal',
  reasonDamaged: 'Barang rusak',
  reasonTwice: 'Tercatat dua kali',
} as const
