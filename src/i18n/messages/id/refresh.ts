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
