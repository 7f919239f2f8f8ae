/**
 * Import directions (docs/architecture.md): app → features → sync → db → contract; ui and domain are leaves; the server
 * shares only src/contract and src/domain with the browser. Each layer is told what it may import of this project; what is
 * not listed is refused.
 */

/** One source folder and the only places of this project that it may import (regular expressions on paths). */
const layer = (name, from, allowed, why) => ({
  name,
  comment: why,
  severity: 'error',
  from: typeof from === 'string' ? { path: from } : from,
  to: { path: '^(src|server|tests|e2e|bench|scripts)/', pathNot: allowed },
})

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    layer('contract-is-the-ground', '^src/contract/', ['^src/contract/'], 'The wire contract runs everywhere.'),
    layer('domain-is-a-leaf', '^src/domain/', ['^src/domain/'], 'Money and stock arithmetic knows nothing else.'),
    layer('ui-is-a-leaf', '^src/ui/', ['^src/ui/'], 'A button does not know what it sells.'),
    layer('i18n-is-a-leaf', '^src/i18n/', ['^src/i18n/'], 'Messages do not know who shows them.'),
    layer(
      'decisions-are-pure',
      '\\.pure\\.ts$',
      [
        '\\.pure\\.ts$',
        '^src/contract/',
        '^src/domain/',
        '^src/db/(rows|sales/sales-rows|journal/(minute-row|update-row))\\.ts$',
        '^src/sync/(ports|sync-status)\\.ts$',
      ],
      'Decisions take time, randomness and storage as arguments; of src/db they know the plain row shapes.',
    ),
    layer(
      'db-knows-no-sync',
      '^src/db/',
      ['^src/db/', '^src/contract/', '^src/domain/'],
      'The local database does not know where its rows come from.',
    ),
    layer(
      'sync-knows-no-screen',
      { path: '^src/sync/', pathNot: '\\.pure\\.ts$' },
      ['^src/sync/', '^src/db/', '^src/contract/', '^src/domain/'],
      'Sync never imports a component.',
    ),
    layer(
      'worker-knows-no-screen',
      '^src/service-worker/',
      ['^src/service-worker/', '^src/sync/', '^src/db/', '^src/contract/', '^src/domain/'],
      'The service worker runs without a page.',
    ),
    layer(
      'engine-knows-no-screen',
      '^src/engine-worker/',
      ['^src/engine-worker/', '^src/sync/', '^src/db/', '^src/contract/', '^src/domain/'],
      'The engine runs in a worker of its own.',
    ),
    {
      name: 'workers-hold-no-components',
      comment: 'What a worker loads, directly or by others, is no part of a screen.',
      severity: 'error',
      from: { path: '^src/(service-worker/service-worker|engine-worker/engine-worker)\\.ts$' },
      to: { path: '(^|/)node_modules/(preact|react|react-dom|dexie-react-hooks)/', reachable: true },
    },
    {
      ...layer(
        'features-do-not-know-each-other',
        { path: '^src/features/([^/]+)/', pathNot: '^src/features/shared/' },
        [
          '^src/features/$1/',
          '^src/features/shared/',
          '^src/sync/',
          '^src/db/',
          '^src/ui/',
          '^src/domain/',
          '^src/contract/',
          '^src/i18n/',
        ],
        'One folder per counter task; what several share lies in src/features/shared.',
      ),
    },
    layer(
      'shared-features-know-no-task',
      '^src/features/shared/',
      ['^src/features/shared/', '^src/sync/', '^src/db/', '^src/ui/', '^src/domain/', '^src/contract/', '^src/i18n/'],
      'What features share must not depend on one of them.',
    ),
    {
      name: 'owner-rooms-do-not-know-each-other',
      comment: "The owner's pages share the session and what lies directly in src/features/owner.",
      severity: 'error',
      from: { path: '^src/features/owner/([^/]+)/' },
      to: {
        path: '^src/features/owner/[^/]+/',
        pathNot: ['^src/features/owner/$1/', '^src/features/owner/session/'],
      },
    },
    layer('app-is-the-browser', '^src/(app/|[^/]+$)', ['^src/'], 'The web app is built without the server.'),
    layer(
      'server-shares-the-contract-only',
      '^server/',
      ['^server/', '^src/contract/', '^src/domain/'],
      'The server runs without the web app.',
    ),
    {
      name: 'dexie-in-db-only',
      comment: 'One owner of the local schema; screens see rows by named operations and live queries.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/db/' },
      to: { path: '(^|/)node_modules/dexie/' },
    },
    {
      name: 'live-queries-near-screens',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(db|features|app)/' },
      to: { path: '(^|/)node_modules/dexie-react-hooks/' },
    },
    {
      name: 'no-development-package-in-the-product',
      severity: 'error',
      from: { path: '^(src|server)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'no-unlisted-package',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'nothing-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['^virtual:', '\\?(raw|url|worker)$'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules'] },
    includeOnly: { path: ['^(src|server|tests|e2e|bench|scripts)/', 'node_modules', '^virtual:'] },
    exclude: { path: ['^(dist|data|\\.cache|test-results)/'] },
    // TypeScript 7 has no JavaScript API to parse with; SWC reads .ts and .tsx, type-only imports included.
    parser: 'swc',
    combinedDependencies: false,
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.d.ts'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
    skipAnalysisNotInRules: true,
  },
}
