// What the gateway adds between a relay's byte and its caller, to the first event that the relay caused
// and to each percentage after it: against the relay itself, a Worker with two empty objects, and a
// gateway that others use. And how often the relay is asked when a tool asks again.

import type { Agent, IncomingMessage } from 'node:http'
import { FIRST_PERCENT } from './benchRelay.ts'
import { createPool, drain, Listener, send } from './http.ts'
import type { Pace } from './measure.ts'
import { median, medianDifference, medianRatio, takeTurns } from './measure.ts'
import type { RunningPeer } from './portkey.ts'
import { PEER } from './portkey.ts'
import type { Row } from './row.ts'
import { atMost, toMs, toTimes } from './row.ts'
import type { Site } from './site.ts'

/** Chats through one gateway. */
export interface Way {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** How this way words a percentage. */
  readonly word: (percent: number) => string
}

const path = '/v1/chat/completions'
const relayWord = (percent: number) => `Progress ${percent}...`
const section = 'One stream, one gateway'
/** Percentages after the first one of each stream. */
const STEPS = 10
/** Added to what the relay itself takes. */
const MOST_FIRST_MS = 3
const MOST_STEP_MS = 2
/** What a tool does that gave up waiting and asks again. */
const SAME = 10

export function toOurWay({ gateway, key }: Site): Way {
  return {
    url: `${gateway.url}${path}`,
    headers: { authorization: `Bearer ${key}` },
    word: (percent) => `… ${percent} %`,
  }
}

export function toPeerWay(peer: RunningPeer, { relay }: Site): Way {
  return { url: `${peer.url}${path}`, headers: peer.headersFor(relay.baseUrl), word: relayWord }
}

export async function measureLatency(
  site: Site,
  pace: Pace,
  peer: RunningPeer | null,
): Promise<Row[]> {
  const { relay, baseline } = site
  const ours = toOurWay(site)
  const others: Readonly<Record<string, Way>> = {
    'the relay directly': { url: `${relay.origin}${path}`, headers: {}, word: relayWord },
    'a Worker and two bare object hops': {
      url: `${baseline.url}${path}`,
      headers: {},
      word: relayWord,
    },
    ...(peer !== null && { [PEER]: toPeerWay(peer, site) }),
  }
  const ways: Readonly<Record<string, Way>> = { ours, ...others }
  const pool = createPool(SAME)
  const steps: Record<string, number[]> = {}
  const runOf = (name: string, way: Way) => async () => {
    const { first, rest } = await follow(site, pool, way)
    steps[name]?.push(median(rest))
    return first
  }
  const subjects: Record<string, () => Promise<number>> = {}
  for (const [name, way] of Object.entries(ways)) {
    steps[name] = []
    subjects[name] = runOf(name, way)
  }
  const first = await takeTurns(pace.isQuick ? 30 : 150, subjects)

  const compare = (what: string, samples: Readonly<Record<string, number[]>>, most: number) =>
    Object.keys(others).map((name, index): Row => {
      const [own, other] = [samples['ours'] ?? [], samples[name] ?? []]
      const added = medianDifference(own, other)
      const sign = added < 0 ? '−' : '+'
      return {
        section,
        what: index === 0 ? what : 'the same',
        ours: toMs(median(own)),
        against: `${toMs(median(other))} (${name})`,
        verdict: `${sign}${toMs(Math.abs(added))}, ${toTimes(medianRatio(own, other))}`,
        target: index === 0 ? atMost(most, added, ' ms') : null,
      }
    })
  const postsOf = async (way: Way) => {
    const before = relay.posts
    const prompt = `at once, the same ${SAME} times, ${way.url}`
    await Promise.all(Array.from({ length: SAME }, () => readAtOnce(pool, way, prompt)))
    return relay.posts - before
  }
  const rows = [
    ...compare('first relay-derived event, chat stream', first, MOST_FIRST_MS),
    ...compare('each progress event after it', steps, MOST_STEP_MS),
  ]
  if (peer !== null) {
    rows.push({
      section,
      what: `paid POSTs for ${SAME} identical requests at once`,
      ours: String(await postsOf(ours)),
      against: `${await postsOf(toPeerWay(peer, site))} (${PEER})`,
      verdict: '',
      target: null,
    })
  }
  pool.destroy()
  return rows
}

let asked = 0

/** One stream from request to end: ms to its first percentage, and ms for each one after it. */
async function follow(
  { relay }: Site,
  pool: Agent,
  way: Way,
): Promise<{ first: number; rest: number[] }> {
  asked += 1
  const prompt = `A kite over the sea, take ${asked}`
  const startedAt = performance.now()
  const listener = new Listener(await ask(pool, way, prompt))
  const first = (await listener.hear(way.word(FIRST_PERCENT))) - startedAt
  const rest: number[] = []
  for (let percent = FIRST_PERCENT + 1; percent <= FIRST_PERCENT + STEPS; percent += 1) {
    const saidAt = relay.say(prompt, percent)
    rest.push((await listener.hear(way.word(percent))) - saidAt)
  }
  await relay.refuse(prompt)
  await listener.end()
  return { first, rest }
}

/** One request whose answer ends by itself, read to its end. @throws when its status is not 2xx. */
async function readAtOnce(pool: Agent, way: Way, prompt: string): Promise<void> {
  await drain(await ask(pool, way, prompt))
}

/** Asks for a streamed chat; its head. */
export async function ask(pool: Agent, way: Way, prompt: string): Promise<IncomingMessage> {
  const messages = [{ role: 'user', content: prompt }]
  return await send(pool, {
    method: 'POST',
    url: way.url,
    headers: { ...way.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'sora-2', stream: true, messages }),
  })
}
