// Somebody who orders one video and reads along, leaves, comes back where the log was left, and knows
// nothing of kills but that an answer did not come.

import { setTimeout as sleep } from 'node:timers/promises'
import type { WireEvent } from '../../../shared/video/events.ts'
import { isTerminal } from '../../../shared/video/events.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import type { Chance } from '../../simulation/kernel/chance.ts'
import { followResponse } from '../../worker/readEvents.ts'
import type { ChaosSite } from './chaosSite.ts'
import { Disappointed, toHook } from './chaosSite.ts'

export interface Order {
  readonly prompt: string
  id: string
  /** What each of its readers was shown. */
  readonly logs: WireEvent[][]
  openings: number
}

/** Orders until it is told an id, and no longer. */
export async function order(site: ChaosSite, prompt: string): Promise<Order> {
  const body = JSON.stringify({ prompt, webhook: { url: toHook(prompt) } })
  const headers = { 'idempotency-key': prompt.replace(' ', '-') }
  const init = { method: 'POST', body, headers }
  const id = await site.ask('/v1/videos', init, async (answer) => {
    const text = await answer.text()
    if (!answer.ok) throw new Disappointed(`${prompt} was refused: ${answer.status} ${text}`)
    return (JSON.parse(text) as VideoResource).id
  })
  return { prompt, id, logs: [], openings: 0 }
}

/** Reads along in pieces until the end. */
export async function readAlong(site: ChaosSite, one: Order, chance: Chance): Promise<void> {
  const log: WireEvent[] = []
  one.logs.push(log)
  // Who saw nothing new stays longer the next time: a busy machine must not be kept busy by leaving.
  let patience = 1
  while (log.length === 0 || !isTerminal(log.at(-1) as WireEvent)) {
    one.openings += 1
    const leave = AbortSignal.timeout(Math.round((60 + chance.below(1_800)) * patience))
    const last = log.at(-1)?.offset
    const headers = last === undefined ? {} : { 'last-event-id': String(last) }
    try {
      const path = `/v1/videos/${one.id}/events`
      const answer = await site.gateway.fetch(path, site.key, { headers, signal: leave })
      if (answer.status !== 200) await answer.body?.cancel()
      else
        for await (const { data } of followResponse(answer)) log.push(JSON.parse(data) as WireEvent)
    } catch {
      // Left, or cut by a kill: what was shown until then counts.
    }
    patience = (log.at(-1)?.offset ?? 0) > (last ?? 0) ? 1 : Math.min(30, patience * 1.5)
    await sleep(chance.below(300) * patience)
  }
}
