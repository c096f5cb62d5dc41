// One run, four projects. `shared` runs twice: in Node and inside workerd, because it must behave
// the same in both; `worker` drives a real gateway over HTTP.

import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'shared-node', include: ['test/shared/**/*.test.ts'] } },
      {
        plugins: [
          cloudflareTest({
            miniflare: { cf: false, compatibilityDate: '2026-10-20' },
          }),
        ],
        test: {
          name: 'shared-workerd',
          include: ['test/shared/**/*.test.ts'],
          exclude: ['**/*.node.test.ts'],
        },
      },
      { test: { name: 'relay', include: ['test/relay/**/*.test.ts'] } },
      { test: { name: 'worker-units', include: ['test/worker-units/**/*.test.ts'] } },
      {
        test: { name: 'n8n-node', include: ['test/n8n-node/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        test: {
          name: 'worker',
          include: ['test/worker/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
