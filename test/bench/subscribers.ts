// Many readers of one generation: how long after the relay's byte the last of them has it, and how
// far behind the first.

import { randomUUID } from 'node:crypto'
import { FIRST_PERCENT } from './benchRelay.ts'
import { createPool, Listener, send } from './http.ts'
import type { Pace } from './measure.ts'
import { median } from './measure.ts'
import type { Row } from './row.ts'
import { atMost, toMs } from './row.ts'
import type { Site } from './site.ts'

const crowds = [1, 10, 100, 300] as const
/** Behind the first by at most this, ms, when there are 300. */
const MOST_BEHIND_MS = 50

export async function measureSubscribers(site: Site, pace: Pace): Promise<Row[]> {
  const rows: Row[] = []
  for (const crowd of crowds) {
    const { behind, after } = await listenTogether(site, crowd, pace.isQuick ? 8 : 30)
    rows.push({
      section: 'One stream, one gateway',
      what: `${crowd} subscribers of one generation`,
      ours: `${toMs(median(after))} from the relay's byte to the last one`,
      against: 'the first one',
      verdict: `+${toMs(median(behind))}`,
      target: crowd === 300 ? atMost(MOST_BEHIND_MS, median(behind), ' ms') : null,
    })
  }
  return rows
}

async function listenTogether(
  { relay, gateway, key }: Site,
  crowd: number,
  rounds: number,
): Promise<{ behind: number[]; after: number[] }> {
  const prompt = randomUUID()
  const created = await gateway.fetch('/v1/videos', key, {
    method: 'POST',
    body: JSON.stringify({ model: 'sora-2', prompt }),
  })
  const { id } = (await created.json()) as { id: string }
  const pool = createPool(crowd)
  const listeners = await Promise.all(
    Array.from({ length: crowd }, async () => {
      const url = `${gateway.url}/v1/videos/${id}/events`
      return new Listener(await send(pool, { url, headers: { authorization: `Bearer ${key}` } }))
    }),
  )
  const hearAll = (percent: number) =>
    Promise.all(listeners.map((listener) => listener.hear(`"progress":${percent}}`)))
  await hearAll(FIRST_PERCENT)
  const behind: number[] = []
  const after: number[] = []
  for (let percent = FIRST_PERCENT + 1; percent <= FIRST_PERCENT + rounds; percent += 1) {
    const saidAt = relay.say(prompt, percent)
    const heard = await hearAll(percent)
    behind.push(Math.max(...heard) - Math.min(...heard))
    after.push(Math.max(...heard) - saidAt)
  }
  await relay.refuse(prompt)
  await Promise.all(listeners.map((listener) => listener.end()))
  pool.destroy()
  return { behind, after }
}
