// A storage that an earlier release wrote, opened ten minutes after its gateway was killed: everything
// that could be read of it reads as it did.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectEnded, expectPages, hash, isEnded, toObject, withoutLinks } from './compare.ts'
import type { JsonObject } from './expected.ts'
import type { OpenedStorage } from './openStorage.ts'
import { openStorage, releases, TEN_MINUTES_MS } from './openStorage.ts'

describe.each(releases)('the storage of %s, ten minutes later', (release) => {
  let storage: OpenedStorage
  beforeAll(async () => {
    storage = await openStorage(release, TEN_MINUTES_MS)
  })
  afterAll(() => storage.close())

  const get = (key: string, path: string) => storage.client.call(storage.key(key).key, path)

  test('its keys open what they opened, and no more', async () => {
    for (const name of ['main', 'limited', 'holding', 'reading', 'rotated', 'studio']) {
      expect((await get(name, '/v1/models')).status, name).toBe(200)
    }
    const { oldKey = '' } = storage.key('rotated')
    expect((await storage.client.call(oldKey, '/v1/models')).status).toBe(200)
    for (const name of ['revoked', 'expired']) {
      expect((await get(name, '/v1/models')).status, name).toBe(401)
    }
    const { key } = storage.key('reading')
    const order = await storage.client.call(key, '/v1/videos', { body: { prompt: 'not allowed' } })
    expect(order.status).toBe(403)
    const { body } = await storage.client.admin('/admin/keys')
    const ids = Object.values(storage.expected.keys).map(({ id }) => id)
    expect((body['data'] as JsonObject[]).map(({ id }) => id).sort()).toEqual(ids.sort())
  })

  test('what had ended reads as it did: resource, log, video and preview', async () => {
    const ended = Object.values(storage.expected.videos).filter(isEnded)
    expect(ended.length).toBeGreaterThan(15)
    for (const video of ended) await expectEnded(storage, video)
    for (const name of ['expired', 'deleted', 'doubtful and deleted [fault:504]']) {
      const { id, key, status } = storage.video(name)
      expect((await get(key, `/v1/videos/${id}`)).status, name).toBe(status)
    }
  })

  test('lists, cursors, schedules, endpoints, deliveries and books read as they did', async () => {
    await expectPages(storage)
    const { id } = storage.video('deleted')
    expect((await get('main', `/v1/videos?after=${id}&order=asc`)).status).toBe(200)
    const putOff = `/v1/schedules/${storage.expected.schedules['put off']}`
    const changing = [putOff, '/admin/keys?account=atelier']
    const reads = storage.expected.reads.filter(({ path }) => !changing.includes(path))
    expect(reads.length).toBeGreaterThan(12)
    for (const { key, path, status, body } of reads) {
      const answer = await (key === 'admin' ? storage.client.admin(path) : get(key, path))
      expect(answer.status, path).toBe(status)
      expect(withoutLinks(answer.body, ['next_runs']), path).toMatchObject(
        toObject(body, ['next_runs']),
      )
    }
  })

  test('a signed link opens its video, or has expired: it is never a wrong one', async () => {
    const response = await fetch(`${storage.gateway.url}${storage.expected.link}`)
    if (response.status === 200) {
      expect(hash(await response.arrayBuffer())).toBe(storage.video('completed').sha256)
    } else {
      expect(await response.text()).toContain('This link has expired')
    }
  })
})
