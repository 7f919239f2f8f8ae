import { join } from 'node:path'
import { loadConfigFromFile } from 'vite'
import { expect, it } from 'vitest'

it('the build writes no source maps, and the licences of what it bundles', async () => {
  const root = join(import.meta.dirname, '../../..')
  const loaded = await loadConfigFromFile({ command: 'build', mode: 'production' }, join(root, 'vite.config.ts'), root)
  expect(loaded?.config.build).toMatchObject({ sourcemap: false, license: { fileName: 'licenses.txt' } })
})
