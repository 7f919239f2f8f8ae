/**
 * The page that a tablet opens before it trusts this server: plain HTTP, no script, nothing to load. Its words are for shop
 * staff, in Indonesian and English.
 */

export interface TrustPageFacts {
  /** Where the app is, `https://…`. */
  readonly appUrl: string
  /** Path of the CA certificate on this page's own server. */
  readonly certificatePath: string
  /** SHA-256, pairs with colons. */
  readonly fingerprint: string
}

type Language = 'id' | 'en'

interface Device {
  readonly name: string
  readonly steps: Readonly<Record<Language, readonly string[]>>
}

const DEVICES: readonly Device[] = [
  {
    name: 'Android',
    steps: {
      id: [
        'Unduh sertifikat dengan tombol di atas.',
        'Buka <b>Setelan → Keamanan → Enkripsi &amp; kredensial → Instal sertifikat → Sertifikat CA</b>. Pada sebagian tablet: <b>Setelan → Biometrik dan keamanan → Setelan keamanan lain → Instal dari penyimpanan</b>. Cari “sertifikat” bila letaknya lain.',
        'Pilih <b>Tetap instal</b>, lalu berkas <code>mstore-ca.crt</code>.',
        'Tutup Chrome sepenuhnya, lalu buka aplikasinya.',
      ],
      en: [
        'Download the certificate with the button above.',
        'Open <b>Settings → Security → Encryption &amp; credentials → Install a certificate → CA certificate</b>. On some tablets: <b>Settings → Biometrics and security → Other security settings → Install from device storage</b>. Search for “certificate” if it is elsewhere.',
        'Choose <b>Install anyway</b>, then the file <code>mstore-ca.crt</code>.',
        'Close Chrome completely, then open the app.',
      ],
    },
  },
  {
    name: 'iPad',
    steps: {
      id: [
        'Buka halaman ini di Safari, unduh sertifikat, lalu ketuk <b>Izinkan</b>.',
        'Buka <b>Pengaturan → Profil Diunduh → Instal</b>.',
        'Buka <b>Pengaturan → Umum → Mengenai → Pengaturan Kepercayaan Sertifikat</b> dan nyalakan <b>MStore Counter Local CA</b>. Tanpa langkah ini iPad tetap menolak.',
        'Buka aplikasinya di Safari.',
      ],
      en: [
        'Open this page in Safari, download the certificate, then tap <b>Allow</b>.',
        'Open <b>Settings → Profile Downloaded → Install</b>.',
        'Open <b>Settings → General → About → Certificate Trust Settings</b> and switch on <b>MStore Counter Local CA</b>. Without this step the iPad goes on refusing.',
        'Open the app in Safari.',
      ],
    },
  },
  {
    name: 'Windows',
    steps: {
      id: [
        'Unduh sertifikat dan buka berkasnya, lalu <b>Instal Sertifikat → Pengguna Saat Ini</b>.',
        'Pilih <b>Tempatkan semua sertifikat di penyimpanan berikut → Otoritas Sertifikasi Akar Tepercaya</b>, lalu selesaikan.',
        'Tutup peramban dan buka lagi.',
      ],
      en: [
        'Download the certificate and open the file, then <b>Install Certificate → Current User</b>.',
        'Choose <b>Place all certificates in the following store → Trusted Root Certification Authorities</b>, and finish.',
        'Close the browser and open it again.',
      ],
    },
  },
  {
    name: 'Mac',
    steps: {
      id: [
        'Unduh sertifikat dan buka berkasnya; <b>Akses Rantai Kunci</b> terbuka.',
        'Klik dua kali <b>MStore Counter Local CA</b>, buka <b>Kepercayaan</b>, pilih <b>Selalu Percaya</b>.',
      ],
      en: [
        'Download the certificate and open the file; <b>Keychain Access</b> opens.',
        'Double-click <b>MStore Counter Local CA</b>, open <b>Trust</b>, choose <b>Always Trust</b>.',
      ],
    },
  },
  {
    name: 'Linux, Chromebook, Firefox',
    steps: {
      id: [
        'Chrome: buka <code>chrome://certificate-manager</code>, pilih <b>Sertifikat lokal → Dipasang oleh Anda → Impor</b> di bagian <b>Sertifikat tepercaya</b>.',
        'Firefox: buka <b>Setelan → Privasi &amp; Keamanan → Lihat Sertifikat → Otoritas → Impor</b> dan centang <b>percaya untuk situs web</b>.',
      ],
      en: [
        'Chrome: open <code>chrome://certificate-manager</code>, choose <b>Local certificates → Installed by you → Import</b> under <b>Trusted certificates</b>.',
        'Firefox: open <b>Settings → Privacy &amp; Security → View Certificates → Authorities → Import</b> and tick <b>trust to identify websites</b>.',
      ],
    },
  },
]

const WORDS: Readonly<Record<Language, Record<'title' | 'why' | 'download' | 'check' | 'open' | 'safe', string>>> = {
  id: {
    title: 'Percayai server toko ini',
    why: 'Kasir memakai sambungan terenkripsi. Tablet perlu mengenal sertifikat toko ini satu kali; setelah itu aplikasi juga jalan saat jaringan putus.',
    download: 'Unduh sertifikat',
    check: 'Cocokkan sidik jari ini dengan yang tampil di tablet saat memasang:',
    open: 'Sudah dipasang? Buka aplikasi',
    safe: 'Pasang hanya di jaringan toko sendiri, dan hanya bila sidik jarinya sama dengan yang tertulis di komputer server.',
  },
  en: {
    title: 'Trust this shop’s server',
    why: 'The counter uses an encrypted connection. A tablet has to learn this shop’s certificate once; after that the app also works while the network is down.',
    download: 'Download the certificate',
    check: 'Compare this fingerprint with the one that the tablet shows while installing:',
    open: 'Installed? Open the app',
    safe: 'Install it only in your own shop’s network, and only when the fingerprint is the one that the server’s computer shows.',
  },
}

const STYLE = `
:root{color-scheme:light dark;--ink:#17201c;--soft:#56635d;--page:#f5f7f6;--card:#fff;--line:#dbe2de;--go:#0b6b4f;--on-go:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#edf2ef;--soft:#a9b6b0;--page:#121816;--card:#1a2220;--line:#303b37;--go:#4cc49b;--on-go:#06251b}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:17px/1.55 system-ui,sans-serif}
main{max-width:44rem;margin:0 auto;padding:2rem 1.25rem 4rem}
section+section{margin-top:3.5rem;padding-top:2.5rem;border-top:1px solid var(--line)}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .75rem}h2{font-size:1.75rem;line-height:1.2;margin:0 0 .75rem}
p{margin:0 0 1rem}.soft{color:var(--soft)}
.go{display:inline-block;min-height:3rem;padding:.7rem 1.4rem;margin:.5rem .75rem .5rem 0;border-radius:.75rem;background:var(--go);color:var(--on-go);font-weight:650;text-decoration:none}
.plain{background:none;color:var(--go);box-shadow:inset 0 0 0 2px var(--go)}
.print{display:block;padding:.9rem 1rem;border:1px solid var(--line);border-radius:.75rem;background:var(--card);font:14px/1.6 ui-monospace,monospace;overflow-wrap:anywhere}
details+p{margin-top:1.75rem}
details{border:1px solid var(--line);border-radius:.75rem;background:var(--card);margin:.6rem 0}
summary{padding:.85rem 1.1rem;font-weight:650;cursor:pointer}
ol{margin:0;padding:0 1.25rem 1rem 2.4rem}li+li{margin-top:.5rem}
`

/** The whole page. Pure. */
export function renderTrustPage(facts: TrustPageFacts): string {
  return `<!doctype html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>MStore Counter – ${WORDS.id.title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${renderSection('id', 'h1', facts)}
${renderSection('en', 'h2', facts)}
</main>
</body>
</html>
`
}

function renderSection(language: Language, heading: 'h1' | 'h2', facts: TrustPageFacts): string {
  const words = WORDS[language]
  const devices = DEVICES.map(
    ({ name, steps }) =>
      `<details><summary>${name}</summary><ol>${steps[language].map((step) => `<li>${step}</li>`).join('')}</ol></details>`,
  )
  return `<section lang="${language}">
<${heading}>${words.title}</${heading}>
<p>${words.why}</p>
<p><a class="go" href="${escapeHtml(facts.certificatePath)}" download="mstore-ca.crt">${words.download}</a></p>
${devices.join('\n')}
<p>${words.check}</p>
<p class="print">${escapeHtml(facts.fingerprint)}</p>
<p class="soft">${words.safe}</p>
<p><a class="go plain" href="${escapeHtml(facts.appUrl)}">${words.open}</a></p>
</section>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
