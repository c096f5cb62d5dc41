// One run, several projects. `shared` runs twice: in Node and inside workerd, because it must
// behave the same in both; `worker` drives the real gateway over HTTP; `browser` looks at the page.

import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

const patient = {
  // Long enough for a machine that is busy with everything else; no test waits for it to pass.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // A loop over nothing, or an `if` that is never true, must not look like a test that passed.
  expect: { requireAssertions: true, poll: { timeout: 30_000 } },
}

const drawing = { setupFiles: ['test/vitest/fixSeed.ts'] }

export default defineConfig({
  test: {
    reporters: ['default', './test/vitest/closingLine.ts'],
    // One fewer than there are processors is the default: of two, one would wait beside most tests.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'shared-node',
          include: ['test/shared/**/*.test.ts'],
          ...drawing,
          ...patient,
        },
      },
      {
        plugins: [cloudflareTest({ miniflare: { cf: false, compatibilityDate: '2026-10-20' } })],
        test: {
          name: 'shared-workerd',
          include: ['test/shared/**/*.test.ts'],
          exclude: ['**/*.node.test.ts'],
          ...drawing,
          ...patient,
        },
      },
      { test: { name: 'relay', include: ['test/relay/**/*.test.ts'], ...patient } },
      {
        test: {
          name: 'worker-units',
          include: ['test/worker-units/**/*.test.ts'],
          ...drawing,
          ...patient,
        },
      },
      { test: { name: 'worker', include: ['test/worker/**/*.test.ts'], ...patient } },
      { test: { name: 'simulation', include: ['test/simulation/**/*.test.ts'], ...patient } },
      {
        test: {
          name: 'security',
          include: ['test/security/**/*.test.ts'],
          ...drawing,
          ...patient,
        },
      },
      { test: { name: 'account', include: ['test/account/**/*.test.ts'], ...patient } },
      { test: { name: 'generation', include: ['test/generation/**/*.test.ts'], ...patient } },
      { test: { name: 'frozen', include: ['test/frozen/**/*.test.ts'], ...patient } },
      { test: { name: 'scheduler', include: ['test/scheduler/**/*.test.ts'], ...patient } },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/vitest/setUpPage.ts'],
          ...patient,
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: 'test/package/setup.ts',
          ...patient,
        },
      },
      { test: { name: 'n8n-node', include: ['test/n8n-node/**/*.test.ts'], ...patient } },
    ],
  },
})
