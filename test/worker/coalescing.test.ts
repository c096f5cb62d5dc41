// A hundred people press the button at the same moment, through every door: one generation is paid.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { submitIdenticalRequests } from './identicalRequests.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

test('100 identical requests at once are one POST and one id', async () => {
  const ids = await submitIdenticalRequests(site, 'everybody at once [slow:100]', 100)
  expect(ids).toHaveLength(100)
  expect(new Set(ids).size).toBe(1)
  expect(site.relay.postsFor(() => true)).toBe(1)
})
