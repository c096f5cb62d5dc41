// What a release could be asked by the ones beside it, it can be asked in the next: a method may come,
// none may go, and none may need more than it did.

import { expect, test } from 'vitest'
import { readMethods } from './methods.ts'
import { readFrozenMethods, releases } from './openStorage.ts'

test.each(releases)('the objects of today answer every call of %s', async (release) => {
  const today = await readMethods()
  const frozen = await readFrozenMethods(release)
  expect(Object.keys(frozen).length).toBeGreaterThan(3)
  const broken = Object.entries(frozen).flatMap(([name, methods]) =>
    Object.entries(methods).flatMap(([method, needed]) => {
      const needs = today[name]?.[method]
      if (needs === undefined) return [`${name}.${method} is gone`]
      return needs > needed ? [`${name}.${method} needs ${needs} arguments, not ${needed}`] : []
    }),
  )
  expect(broken).toEqual([])
})
