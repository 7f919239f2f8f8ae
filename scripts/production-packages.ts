import * as v from 'valibot'

/** A package that an installation without development has, by the lockfile. */
export interface ProductionPackage {
  readonly name: string
  readonly version: string
  /** SPDX expression; null: the package names none. */
  readonly license: string | null
}

const lockfileSchema = v.object({
  packages: v.record(
    v.string(),
    v.object({
      version: v.optional(v.string()),
      license: v.optional(v.string()),
      dev: v.optional(v.boolean()),
      devOptional: v.optional(v.boolean()),
    }),
  ),
})

/** By name, each version once. `lockfile`: the parsed package-lock.json. */
export function readProductionPackages(lockfile: unknown): ProductionPackage[] {
  const { packages } = v.parse(lockfileSchema, lockfile)
  const found = new Map<string, ProductionPackage>()
  for (const [path, { version, license, dev, devOptional }] of Object.entries(packages)) {
    const name = path.split('node_modules/').at(-1) ?? ''
    if (path === '' || version === undefined || dev || devOptional) continue
    found.set(`${name} ${version}`, { name, version, license: license ?? null })
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'))
}
