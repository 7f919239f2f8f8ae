import { update } from './app-update.ts'
import { freshness } from './freshness.ts'
import { header } from './header.ts'
import { problem } from './problem.ts'
import { sync } from './sync.ts'

/** What is said before the screens and their words have come: by the header, and where the app can't start. */
export const startWords = {
  app: {
    name: 'MStore Counter',
    skip: 'Langsung ke isi',
    reload: 'Muat ulang',
    cancel: 'Batal',
    close: 'Tutup',
    back: 'Kembali',
    later: 'Nanti',
    loading: 'Memuat…',
    none: '–',
    notFoundTitle: 'Halaman ini tidak ada',
    notFoundText: 'Alamat yang dibuka tidak dikenal. Stok tetap ada di halaman utama.',
    toStock: 'Ke stok',
  },
  nav: { label: 'Halaman', stock: 'Stok', diagnostics: 'Diagnostik', settings: 'Pengaturan', owner: 'Pemilik' },
  update,
  freshness,
  header,
  problem,
  sync,
} as const
