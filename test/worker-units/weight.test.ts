// The Worker stays light: it starts as fast as it is read, and what it carries for nothing was
// carried in by an import that nobody looked at.

import { expect, test } from 'vitest'
import { weighWorker } from './weighWorker.ts'

/**
 * The whole KiB above what it weighs, so that a library or a feature cannot slip in. Lower it with
 * what goes; raise it knowingly, with a line in docs/decisions/0009.
 */
const MOST_KIB = 192

const { gzipKiB, files } = await weighWorker()

test(`it weighs at most ${MOST_KIB} KiB, compressed`, () => {
  expect(gzipKiB).toBeLessThanOrEqual(MOST_KIB)
})

test('it carries these libraries and no other', () => {
  const libraries = files.flatMap((path) => /node_modules\/([^/]{1,80})/.exec(path)?.[1] ?? [])
  expect([...new Set(libraries)].sort()).toEqual(['croner', 'hono', 'ipaddr.js', 'zod'])
})

test('it carries nothing that only its callers, its page, its description or its build need', () => {
  const own = files.filter((path) => !path.includes('node_modules/'))
  expect(own.length).toBeGreaterThan(80)
  const others =
    /^(?:test|n8n-node|worker\/(?:openapi|page|public|cli|http\/answers)|shared\/client)\//
  expect(own.filter((path) => others.test(path))).toEqual([])
  // What turns schemas into documents is the largest part of zod.
  expect(files.filter((path) => /to-json-schema|locales|registries/.test(path))).toEqual([])
})
