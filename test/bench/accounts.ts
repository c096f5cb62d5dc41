// Do other tenants cost anything? The first and the last of many accounts do the same work: what all
// of them share is the directory that knows which key is whose.

import { createPool, drain, loadWith, send } from './http.ts'
import type { Pace } from './measure.ts'
import { median } from './measure.ts'
import type { Row } from './row.ts'
import { toCount, toMs, toTimes } from './row.ts'
import type { Site } from './site.ts'

/** Timed at both ends of the row of accounts. */
const SAMPLES = 200

export async function measureAccounts(site: Site, pace: Pace): Promise<Row[]> {
  const { gateway } = site
  const accounts = pace.isQuick ? 1_000 : 10_000
  const pool = createPool(8)
  const ids: string[] = []

  const create = async (index: number) => {
    const { id } = await gateway.createKey({ account: `bench-${index}` })
    ids[index] = id
  }
  const change = async (index: number) => {
    const response = await send(pool, {
      method: 'PATCH',
      url: `${gateway.url}/admin/keys/${ids[index]}`,
      headers: {
        authorization: `Bearer ${gateway.adminToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ name: `changed ${index}` }),
    })
    await drain(response)
  }

  const firstCreated = await timeEach(0, create)
  const firstChanged = await timeEach(0, change)
  const rest = accounts - 2 * SAMPLES
  await loadWith(8, rest, (index) => create(SAMPLES + index))
  const lastCreated = await timeEach(SAMPLES + rest, create)
  const lastChanged = await timeEach(SAMPLES + rest, change)
  pool.destroy()
  const compare = (what: string, first: readonly number[], last: readonly number[]): Row => {
    const growth = median(last) / median(first)
    return {
      section: 'Cost as it grows',
      what: `${what}, ${toCount(accounts, 'accounts')}`,
      ours: toMs(median(last)),
      against: `${toMs(median(first))} with the first ${SAMPLES}`,
      verdict: toTimes(growth),
      // Here all objects live in one process and all were awake a moment ago; the platform spreads them.
      target: null,
    }
  }
  return [
    compare('create an account with its first key', firstCreated, lastCreated),
    compare('find whose a key is, and change it', firstChanged, lastChanged),
  ]
}

async function timeEach(from: number, one: (index: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let index = from; index < from + SAMPLES; index += 1) {
    const start = performance.now()
    await one(index)
    times.push(performance.now() - start)
  }
  return times
}
