/// <reference lib="webworker" />
/**
 * Files of the build before this one stay on the device until the next activation: a tab that still runs that build loads the parts
 * that it has not loaded yet from here, when the server has long forgotten them.
 */
import * as v from 'valibot'

const RECORD_CACHE = 'mstore-earlier-build'
const RECORD = '/earlier-build.json'

const recordSchema = v.object({ build: v.string(), files: v.array(v.string()) })
type EarlierBuild = v.InferOutput<typeof recordSchema>

/**
 * Which files of the cache go and which are those of the build before. `record`: what the last activation left; null: there was
 * none. All are cache keys; `build` names the build that is activated.
 */
export function chooseFiles(
  cached: readonly string[],
  current: ReadonlySet<string>,
  record: EarlierBuild | null,
  build: string,
): { readonly gone: readonly string[]; readonly earlier: readonly string[] } {
  // The same activation again, after a crash: what it kept is still of the build before.
  const outlived = new Set(record === null || record.build === build ? [] : record.files)
  const others = cached.filter((file) => !current.has(file))
  return { gone: others.filter((file) => outlived.has(file)), earlier: others.filter((file) => !outlived.has(file)) }
}

/** On activation: deletes what is older than the build before. Workbox by itself would delete that build's files too. */
export async function retireFiles(cacheName: string, current: ReadonlySet<string>, build: string): Promise<void> {
  const [cache, records] = await Promise.all([caches.open(cacheName), caches.open(RECORD_CACHE)])
  const stored = v.safeParse(recordSchema, await (await records.match(RECORD))?.json())
  const cached = (await cache.keys()).map(({ url }) => url)
  const { gone, earlier } = chooseFiles(cached, current, stored.success ? stored.output : null, build)
  await records.put(RECORD, Response.json({ build, files: [...earlier] } satisfies EarlierBuild))
  await Promise.all(gone.map((file) => cache.delete(file)))
}
