export const signIn = {
  title: 'Siapa di kasir?',
  intro: 'Pilih nama Anda, lalu masukkan PIN. Bisa juga saat luring.',
  people: 'Nama',
  cashier: 'Kasir',
  supervisor: 'Supervisor',
  owner: 'Pemilik',
  enterPin: 'Masukkan PIN {{name}}',
  pin: 'PIN',
  keypad: 'Tombol angka',
  erase: 'Hapus angka terakhir',
  other: 'Ganti orang',
  submit: 'Masuk',
  checking: 'Memeriksa…',
  length: 'PIN terdiri dari 4 sampai {{max}} angka.',
  needsServer:
    'Luring, dan pemilik belum pernah masuk di perangkat ini. Sambungkan dulu. Kasir dan supervisor tetap bisa.',
  changeNeeded: 'PIN ini terlalu mudah untuk pemilik. Buka Halaman pemilik di menu dan tetapkan yang baru.',
  wrong_one: 'PIN salah. Masih {{count}} kali mencoba.',
  wrong_other: 'PIN salah. Masih {{count}} kali mencoba.',
  wait: 'PIN salah beberapa kali. Coba lagi dalam {{left}}.',
  waitSeconds: '{{seconds}} detik',
  waitMinutes: '{{minutes}} menit',
  storage:
    'Belum masuk: penyimpanan perangkat menolak. Yang tercatat tetap aman. Kosongkan ruang di perangkat, lalu coba lagi.',
  emptyTitle: 'Belum ada staf di perangkat ini',
  emptyText:
    'Nama dan PIN datang dari server. Sambungkan perangkat ke jaringan toko, atau minta pemilik menambah staf. Stok tetap bisa dilihat.',
  lockedTitle: 'Terkunci',
  lockedText: 'Keranjang dan pembayaran yang berjalan tetap ada. Orang lain boleh masuk dan melanjutkan.',
  unlock: 'Buka',
} as const

export const approval = {
  void: 'Izin untuk membatalkan penjualan',
  refund: 'Izin untuk retur',
  discount: 'Izin untuk diskon di atas batas',
  deleteCart: 'Izin untuk menghapus keranjang',
  voidRefused: 'Izin untuk membatalkan penjualan yang ditolak server',
  decide: 'Izin untuk memutuskan perbedaan dengan server',
  intro: 'Supervisor atau pemilik memasukkan PIN. Izin ini dicatat.',
  introOwner: 'Pemilik memasukkan PIN, dan server memeriksanya. Keputusan ini dicatat.',
  submit: 'Izinkan',
  nobodyTitle: 'Tidak ada yang bisa memberi izin',
  nobodyText: 'Belum ada supervisor atau pemilik di perangkat ini. Pemilik bisa menambahnya di halaman pemilik.',
  storage:
    'Izin belum tercatat: penyimpanan perangkat menolak. Tidak ada yang diubah. Kosongkan ruang, lalu coba lagi.',
} as const
