// What proves more than a commit can wait for: `npm run test:slow`. Minutes, not seconds.

import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    reporters: ['default', './test/vitest/closingLine.ts'],
    include: ['test/slow/**/*.test.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 120_000,
    expect: { requireAssertions: true },
  },
})
