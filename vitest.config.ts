import { defineConfig } from 'vitest/config'

/**
 * Four projects by what a test needs:
 * `unit` nothing but memory; `integration` processes, sockets, brokers, a fake IndexedDB;
 * `pg` a real PostgreSQL: PGlite, or the server that TEST_DATABASE_URL names; `engines` Firefox and WebKit (npm run e2e:engines).
 */
export default defineConfig({
  test: {
    // Two cores: more workers only make timings worse.
    maxWorkers: 2,
    unstubGlobals: true,
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.{ts,tsx}'],
          exclude: ['**/*.pg.test.ts'],
          testTimeout: 10_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.{ts,tsx}'],
          exclude: ['**/*.pg.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'pg',
          include: ['tests/**/*.pg.test.ts'],
          globalSetup: 'tests/support/postgres-template.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'engines',
          include: ['e2e/engines/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
