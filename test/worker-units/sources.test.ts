// Rules of the house that no linter knows: where SQL may stand, who touches R2, who may send the relay
// something that costs.

import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** The paths of the Worker's sources that hold `text`, without the page and the commands. */
function sourcesWith(text: RegExp): string[] {
  return readdirSync(join(root, 'worker'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => text.test(readFileSync(path, 'utf8')))
    .map((path) => relative(join(root, 'worker'), path).replaceAll('\\', '/'))
    .filter((path) => !/^(?:public|cli)\//.test(path))
    .sort()
}

test('SQL stands where rows are kept', () => {
  const found = sourcesWith(/\b(?:SELECT|INSERT|UPDATE|DELETE FROM|CREATE TABLE)\b/)
  expect(found.length).toBeGreaterThan(10)
  const kept = /^(?:(?:account|generation|scheduler|platform)\/|directory\/)/
  expect(found.filter((path) => !kept.test(path))).toEqual([])
})

test('one file touches R2, the others hand the binding on', () => {
  expect(sourcesWith(/createMultipartUpload|resumeMultipartUpload/)).toEqual(['platform/bucket.ts'])
  expect(sourcesWith(/\bVIDEOS\b/).length).toBeGreaterThan(1)
  expect(sourcesWith(/\bVIDEOS\??\./)).toEqual([])
})

test('the way to the relay is lent to generations, and to the look whether it is there', () => {
  expect(sourcesWith(/\brelayTransport\b/)).toEqual([
    'http/routes/health.ts',
    'platform/platform.ts',
    'shells/generationObject.ts',
  ])
})
