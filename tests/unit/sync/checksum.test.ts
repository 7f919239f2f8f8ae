import { hash } from 'node:crypto'
import { expect, it } from 'vitest'
import { checksum } from '../../../src/sync/refresh/checksum.ts'

it('[R2] is the first 64 bits of SHA-256 in hexadecimal digits, as the server computes it', async () => {
  for (const content of ['', '1:1:1', '1386:7:42,1387:1:?']) {
    expect(await checksum(content)).toBe(hash('sha256', content, 'hex').slice(0, 16))
  }
})
