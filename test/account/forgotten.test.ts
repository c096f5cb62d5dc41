// What a deleted video leaves in its account: its id and what it cost, not what was said of it, nor who
// was told and with which secret.

import { expect, test } from 'vitest'
import { Outbox } from './outbox.ts'

const SECOND = 1_000
const HOUR = 60 * 60 * SECOND
const words = 'words-of-the-owner'
const hook = { url: `https://n8n.example/${words}`, secret: words }

/** Every value of every table that holds the words. */
function findWords(outbox: Outbox): string[] {
  const { sql } = outbox.host
  const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
  return tables.flatMap(({ name }) =>
    sql
      .exec(`SELECT * FROM "${name}"`)
      .flatMap((row) => Object.entries(row))
      .filter(([, value]) => String(value).includes(words))
      .map(([column]) => `${name}.${column}`),
  )
}

function withMetadata(outbox: Outbox, id: string): void {
  const metadata = JSON.stringify({ order: words })
  const change =
    "UPDATE generation SET identity = json_set(identity, '$.metadata', json(?)) WHERE id = ?"
  outbox.host.sql.exec(change, metadata, id)
}

test('nothing of a webhook that was told, and no metadata', async () => {
  const outbox = new Outbox()
  outbox.receive('https://n8n.example', () => ({}))
  const id = outbox.admit(hook)
  withMetadata(outbox, id)
  await outbox.end(id)
  await outbox.host.runFor(SECOND)
  expect(findWords(outbox)).toEqual(['generation.identity', 'delivery.url', 'delivery.secret'])
  await outbox.account.forget(id)
  expect(findWords(outbox)).toEqual([])
  expect(outbox.account.find(id)).toMatchObject({ state: 'gone', identity: { id, metadata: {} } })
})

test.each([
  ['delivered', 2, 3],
  ['given up', Infinity, 10],
])('one that still waits is told, and gone once it is %s', async (_, failures, arrivals) => {
  const outbox = new Outbox()
  outbox.receive('https://n8n.example', (_arrival, n) => ({ status: n < failures ? 500 : 200 }))
  const id = await outbox.endOne(hook)
  await outbox.host.runFor(SECOND)
  await outbox.account.forget(id)
  expect(findWords(outbox)).toEqual(['delivery.url', 'delivery.secret'])
  await outbox.host.runFor(120 * HOUR)
  expect(outbox.arrivals).toHaveLength(arrivals)
  expect(findWords(outbox)).toEqual([])
})

test('another video keeps its own, though its id begins alike', async () => {
  const outbox = new Outbox()
  outbox.receive('https://n8n.example', () => ({}))
  const ids: string[] = []
  for (let n = 0; n < 12; n += 1) ids.push(await outbox.endOne(hook))
  await outbox.host.runFor(SECOND)
  await outbox.account.forget(ids[0] ?? '')
  const left = outbox.host.sql.exec<{ body: string }>('SELECT body FROM delivery')
  expect(left).toHaveLength(11)
})
