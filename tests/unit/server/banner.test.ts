import { describe, expect, it } from 'vitest'
import { type BannerFacts, renderBanner } from '../../../server/lifecycle/banner.ts'

const facts: BannerFacts = {
  localUrl: 'http://localhost:8080',
  publicUrl: 'http://192.168.1.5:8080',
  secure: false,
  trust: null,
  pairing: { code: 'W59FRVGD', branchName: 'Kebayoran', branchCode: 'BRN-1', minutes: 15 },
  hasBranches: true,
  database: 'embedded',
  broker: 'embedded',
  demo: true,
}
const textOf = (changes: Partial<BannerFacts>): string => renderBanner({ ...facts, ...changes }).join('\n')

describe('the start banner', () => {
  it('gives the pairing link, the code in two groups, and a QR code of plain lines', () => {
    const text = textOf({})
    expect(text).toContain('Pairing link     http://192.168.1.5:8080/enrol#code=W59FRVGD')
    expect(text).toContain('http://localhost:8080/enrol#code=W59FRVGD')
    expect(text).toContain('W59F-RVGD')
    expect(text).toContain('within 15 minutes')
    expect(text).toMatch(/█{10}/)
    expect(text).not.toContain(String.fromCharCode(27))
  })

  it('warns that a tablet needs TLS where the network is reached by plain http', () => {
    expect(textOf({})).toContain('TLS=auto npm start')
    // Also where no code is printed: the danger is the same.
    for (const pairing of [facts.pairing, null]) {
      expect(textOf({ pairing })).toMatch(/whoever is in the same network can read/)
    }
    expect(textOf({ secure: true })).not.toContain('can read')
    expect(textOf({ publicUrl: 'http://localhost:8080' })).not.toContain('TLS=auto')
    expect(textOf({ publicUrl: 'https://pos.example.com', secure: true })).not.toContain('TLS=auto')
  })

  it('sends a new tablet to the page about trust first', () => {
    const trust = { url: 'http://192.168.1.5:8081', fingerprint: 'A1:B2' }
    const text = textOf({ trust, secure: true, publicUrl: 'https://192.168.1.5:8080' })
    expect(text).toContain('open http://192.168.1.5:8081 first')
    expect(text).toContain('A1:B2')
  })

  it('says what to do where it makes no code', () => {
    expect(textOf({ pairing: null })).toContain('pairing-code BRANCH')
    expect(textOf({ pairing: null, hasBranches: false })).toContain('merchant add')
  })
})
