// A large body is freed as soon as its images are out of it: what waits for a collection of garbage stands
// in the room of the next one.

import { Hono } from 'hono'
import { afterEach, expect, test, vi } from 'vitest'
import { AttachmentRows } from '../../worker/generation/attachmentRows.ts'
import type { AppContext } from '../../worker/http/context.ts'
import { readJsonWithImages } from '../../worker/http/body.ts'
import { letGo } from '../../worker/http/upload.ts'
import { openSql } from '../objects/openSql.ts'

afterEach(() => void vi.restoreAllMocks())

const KiB = 1024

test('the body goes, its image stays', async () => {
  const image = Buffer.alloc(300 * KiB, 'picture ')
  const body = JSON.stringify({ image_url: `data:image/png;base64,${image.toString('base64')}` })
  const transfer = vi.spyOn(ArrayBuffer.prototype, 'transfer')
  const app = new Hono<{ Variables: { principal: { account: string } } }>()
  app.post('/', async (context) => {
    context.set('principal', { account: 'acct_1' })
    const json = await readJsonWithImages(context as unknown as AppContext)
    expect(json).toMatchObject({ image_url: { bytes: new Uint8Array(image) } })
    return context.body(null, 204)
  })
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length) }
  const answer = await app.request('/', { method: 'POST', body, headers })
  expect(answer.status).toBe(204)
  const freed = transfer.mock.contexts as ArrayBuffer[]
  expect(freed.map(({ detached }) => detached)).toEqual([true])
})

test('two views of one buffer are let go together', () => {
  const buffer = new ArrayBuffer(8)
  const [one, other] = [new Uint8Array(buffer, 0, 4), new Uint8Array(buffer, 4)]
  letGo(one)
  letGo(other)
  expect([one.length, other.length]).toEqual([0, 0])
})

test.each([0, 1, 256 * KiB, 600 * KiB])(
  'an image of %i bytes is stored through one buffer',
  (length) => {
    const sql = openSql(':memory:')
    const buffers = new Set<unknown>()
    const { exec } = sql
    sql.exec = (query, ...bindings) => {
      if (query.startsWith('INSERT')) buffers.add(bindings[2])
      return exec(query, ...bindings)
    }
    const rows = new AttachmentRows(sql)
    const bytes = Uint8Array.from({ length }, (_, index) => index % 251)
    rows.add({ sha256: 'a', mediaType: 'image/png', bytes })
    expect(Buffer.concat([...rows.bytesOf('a')])).toEqual(Buffer.from(bytes))
    // The last row may be shorter.
    expect(buffers.size).toBeLessThanOrEqual(2)
  },
)
