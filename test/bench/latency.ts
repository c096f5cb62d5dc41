// What the gateway adds between a relay's byte and its caller: to the first event that the relay
// caused, and to each percentage after it, against the relay itself and the thinnest Workers.

import type { Agent } from 'node:http'
import { FIRST_PERCENT } from './benchRelay.ts'
import { createPool, drain, Listener, send } from './http.ts'
import type { Pace } from './measure.ts'
import { median, medianDifference, medianRatio, takeTurns } from './measure.ts'
import type { Row } from './row.ts'
import { atMost, toMs, toTimes } from './row.ts'
import type { Site } from './site.ts'

export interface Way {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** How this way words a percentage. */
  readonly word: (percent: number) => string
}

const relayWord = (percent: number) => `Progress ${percent}...`
/** Percentages after the first one of each stream. */
const STEPS = 10

export async function measureLatency(site: Site, pace: Pace): Promise<Row[]> {
  const { relay, baseline, gateway } = site
  const path = '/v1/chat/completions'
  const ways = {
    direct: { url: `${relay.origin}${path}`, headers: {}, word: relayWord },
    pass: { url: `${baseline.url}${path}`, headers: { 'x-baseline': 'pass' }, word: relayWord },
    durable: {
      url: `${baseline.url}${path}`,
      headers: { 'x-baseline': 'durable' },
      word: relayWord,
    },
    hops: { url: `${baseline.url}${path}`, headers: { 'x-baseline': 'hops' }, word: relayWord },
    ours: {
      url: `${gateway.url}${path}`,
      headers: { authorization: `Bearer ${site.key}` },
      word: (percent) => `… ${percent} %`,
    },
  } as const satisfies Record<string, Way>

  const pool = createPool(8)
  const steps: Record<keyof typeof ways, number[]> = {
    direct: [],
    pass: [],
    durable: [],
    hops: [],
    ours: [],
  }
  const runOf = (name: keyof typeof ways) => async () => {
    const { first, rest } = await follow(site, pool, ways[name])
    steps[name].push(median(rest))
    return first
  }
  const first = await takeTurns(pace.isQuick ? 40 : 200, {
    direct: runOf('direct'),
    pass: runOf('pass'),
    durable: runOf('durable'),
    hops: runOf('hops'),
    ours: runOf('ours'),
  })
  pool.destroy()

  const added = medianDifference(first.ours, first.direct)
  const overHops = medianRatio(first.ours, first.hops)
  const stepAdded = medianDifference(steps.ours, steps.direct)
  return [
    {
      section: 'Gateway on workerd',
      what: 'first relay-derived event, chat stream',
      ours: toMs(median(first.ours)),
      against: `${toMs(median(first.direct))} (the relay directly)`,
      verdict: `+${toMs(added)}`,
      target: atMost(3, added, ' ms'),
    },
    {
      section: 'Gateway on workerd',
      what: 'the same',
      ours: toMs(median(first.ours)),
      against: `${toMs(median(first.hops))} (pass-through Worker plus two bare object hops)`,
      verdict: toTimes(overHops),
      target: atMost(1.5, overHops, '×'),
    },
    {
      section: 'Gateway on workerd',
      what: 'the same',
      ours: toMs(median(first.ours)),
      against: `${toMs(median(first.pass))} (pass-through Worker)`,
      verdict: `+${toMs(medianDifference(first.ours, first.pass))}`,
      target: null,
    },
    {
      section: 'Gateway on workerd',
      what: 'the same',
      ours: toMs(median(first.ours)),
      against: `${toMs(median(first.durable))} (the least that admits, writes ahead and then asks)`,
      verdict: toTimes(medianRatio(first.ours, first.durable)),
      target: null,
    },
    {
      section: 'Gateway on workerd',
      what: 'each progress event after it',
      ours: toMs(median(steps.ours)),
      against: `${toMs(median(steps.direct))} (the relay directly)`,
      verdict: `+${toMs(stepAdded)}`,
      target: atMost(2, stepAdded, ' ms'),
    },
    {
      section: 'Gateway on workerd',
      what: 'the same',
      ours: toMs(median(steps.ours)),
      against: `${toMs(median(steps.pass))} (pass-through Worker)`,
      verdict: `+${toMs(medianDifference(steps.ours, steps.pass))}`,
      target: null,
    },
  ]
}

let asked = 0

/** One stream from request to end: ms to its first percentage, and ms for each one after it. */
export async function follow(
  { relay }: Site,
  pool: Agent,
  way: Way,
): Promise<{ first: number; rest: number[] }> {
  asked += 1
  const prompt = `A kite over the sea, take ${asked}`
  const body = JSON.stringify({
    model: 'sora-2',
    stream: true,
    messages: [{ role: 'user', content: prompt }],
  })
  const startedAt = performance.now()
  const response = await send(pool, {
    method: 'POST',
    url: way.url,
    headers: { 'content-type': 'application/json', ...way.headers },
    body,
  })
  const listener = new Listener(response)
  const first = (await listener.hear(way.word(FIRST_PERCENT))) - startedAt
  const rest: number[] = []
  for (let percent = FIRST_PERCENT + 1; percent <= FIRST_PERCENT + STEPS; percent += 1) {
    const saidAt = relay.say(prompt, percent)
    rest.push((await listener.hear(way.word(percent))) - saidAt)
  }
  relay.refuse(prompt)
  await listener.end()
  return { first, rest }
}

/** One request whose answer ends by itself, read to its end. @throws when its status is not 2xx. */
export async function readAtOnce(pool: Agent, way: Way, prompt: string): Promise<void> {
  const messages = [{ role: 'user', content: prompt }]
  const response = await send(pool, {
    method: 'POST',
    url: way.url,
    headers: { 'content-type': 'application/json', ...way.headers },
    body: JSON.stringify({ model: 'sora-2', stream: true, messages }),
  })
  await drain(response)
}
