// The relays of the day: each takes an order and bills it, streams prose or names a job that can be looked
// at. Two of them are away for a while. What they say is what the relay simulator of the tests says.

import type { TransportRequest, TransportResponse } from '../../../shared/ports.ts'
import type { Relay } from '../../../worker/settings/relays.ts'
import { dialects } from '../../relay/dialects/dialects.ts'
import { createJob, type Job } from '../../relay/job.ts'
import { taskKinds } from '../../relay/tasks/kinds/taskKinds.ts'
import { putAt, type LinkOwner } from '../../relay/tasks/manner.ts'
import type { TaskKindId, ToldTask } from '../../relay/tasks/taskKind.ts'
import { describeTask } from '../../relay/taskStatus.ts'
import type { Chance } from '../../simulation/kernel/chance.ts'
import type { Lent } from './dayObject.ts'
import { illRelays, prices, SECOND, type DayPlan } from './plan.ts'

const encoder = new TextEncoder()
const PROGRESS = [8, 15, 24, 36, 44, 61, 69, 81, 92]
const spoken = ['D1', 'D1-en', 'D2', 'D3', 'D4'] as const
const FAULT =
  'data: {"error":{"message":"Something went wrong on our side","code":"internal_error"}}\n\n'

export interface Order {
  readonly relay: string
  readonly at: number
  readonly lengthMs: number
  readonly isFailing: boolean
  readonly dialect: (typeof spoken)[number]
}

export class DayRelays {
  /** Those that were taken, by generation: the last one is its only one, or a promise is broken. */
  readonly taken = new Map<string, Order[]>()
  readonly refused = new Map<string, number>()
  looks = 0
  readonly #plan: DayPlan
  readonly #relays: readonly Relay[]
  readonly #chance: Chance

  constructor(plan: DayPlan, relays: readonly Relay[], chance: Chance) {
    this.#plan = plan
    this.#relays = relays
    this.#chance = chance
  }

  /** Millionths of a US dollar: what failed is not billed. */
  get billed(): number {
    const orders = [...this.taken.values()].flat().filter(({ isFailing }) => !isFailing)
    return orders.reduce((sum, { relay }) => sum + (prices[relay] ?? 0), 0)
  }

  async send(lent: Lent, id: string, request: TransportRequest): Promise<TransportResponse> {
    const { method, url } = request
    const signal = request.signal as AbortSignal | undefined
    const relay = this.#relays.find(({ baseUrl }) => url.startsWith(`${baseUrl}/`))
    if (relay === undefined) throw new Error(`nobody is at ${url}`)
    lent.meter.subrequests += 1
    if (method === 'GET') {
      this.looks += 1
      return await lent.arrive(150, () => this.#answerLook(lent, id, relay), signal)
    }
    return await lent.arrive(600, () => this.#take(lent, id, relay, signal), signal)
  }

  /** The public page of a task, where a stream has named one. */
  async readPage(lent: Lent, id: string): Promise<string | null> {
    lent.meter.subrequests += 1
    return await lent.arrive(200, () => {
      const order = this.taken.get(id)?.at(-1)
      if (order === undefined) return null
      const isOver = lent.now() >= order.at + order.lengthMs
      const state = order.isFailing ? 'failed' : 'completed'
      return JSON.stringify(describeTask(toJob(id), isOver ? state : 'running'))
    })
  }

  #isAway(relay: string, now: number): boolean {
    const { startAt, outage } = this.#plan
    const since = now - startAt - outage.atMs
    return illRelays.has(relay) && since >= 0 && since < outage.forMs
  }

  #take(lent: Lent, id: string, relay: Relay, signal: AbortSignal | undefined): TransportResponse {
    const now = lent.now()
    if (this.#isAway(relay.id, now)) {
      this.refused.set(id, (this.refused.get(id) ?? 0) + 1)
      return toResponse(521, '<html>Web server is down</html>')
    }
    const chance = this.#chance.fork(id)
    const { least, most } = this.#plan.lengthMs
    const order: Order = {
      relay: relay.id,
      at: now,
      lengthMs: chance.between(least, most),
      isFailing: chance.happens(this.#plan.failing),
      dialect: chance.pick(spoken),
    }
    this.taken.set(id, [...(this.taken.get(id) ?? []), order])
    if (relay.kind === 'chat') {
      return { ...toResponse(200, ''), body: speak(lent, id, order, signal) }
    }
    const told = tell(relay.kind, id, { is: 'queued' }, order.relay)
    const kind = taskKinds[relay.kind]
    return toResponse(kind.createStatus, JSON.stringify(kind.describeCreated(told, told.id)))
  }

  #answerLook(lent: Lent, id: string, relay: Relay): TransportResponse {
    const order = this.taken.get(id)?.at(-1)
    if (this.#isAway(relay.id, lent.now()) || order === undefined || relay.kind === 'chat') {
      return toResponse(502, '<html>Bad gateway</html>')
    }
    const age = lent.now() - order.at
    // A relay says a new figure every half minute or so.
    const step = PROGRESS.length * (age / order.lengthMs)
    const percent = PROGRESS[Math.floor(step)]
    const isRunning = age >= 10 * SECOND && percent !== undefined
    const running = isRunning ? ({ is: 'running', percent } as const) : ({ is: 'queued' } as const)
    const failed = { is: 'failed', code: 'internal_error', message: 'It broke.' } as const
    const over = order.isFailing ? failed : ({ is: 'done' } as const)
    const told = tell(relay.kind, id, age < order.lengthMs ? running : over, order.relay)
    const kind = taskKinds[relay.kind]
    const document = kind.describe(told)
    const isDone = told.state.is === 'done' && told.link !== null
    return toResponse(
      200,
      JSON.stringify(isDone ? putAt(document, kind.fieldOf(told), told.link) : document),
    )
  }
}

function tell(kind: TaskKindId, id: string, state: ToldTask['state'], relay: string): ToldTask {
  const job = toJob(id)
  const { errors, link, progress } = taskKinds[kind]
  const taskId = taskKinds[kind].toId(job)
  return {
    id: taskId,
    job,
    basePath: taskKinds[kind].basePath,
    manner: {
      words: [],
      progress,
      id: 'text',
      shape: 'wrapped',
      errors,
      link,
      field: null,
      isStateDropped: false,
    },
    state,
    costUsd: (prices[relay] ?? 0) / 1e6,
    link: link === 'none' ? null : toLink(relay, kind, taskId, link),
  }
}

function toLink(relay: string, kind: TaskKindId, taskId: string, link: LinkOwner): string {
  if (link === 'vendor') return `https://vendor.example/${taskId}.mp4`
  return `https://${relay}.example${taskKinds[kind].basePath}/videos/${taskId}/content`
}

function toJob(id: string): Job {
  return createJob({
    prompt: `A lighthouse at dusk, ${id}`,
    model: 'sora-2',
    number: 1,
    linkOrigin: 'https://files.example',
    taskOrigin: 'https://asyncdata.net',
    stepMs: 0,
    progress: PROGRESS,
  })
}

/** Its words in order, over the time that it takes. */
async function* speak(
  lent: Lent,
  id: string,
  { lengthMs, isFailing, dialect }: Order,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const frames = [...dialects[dialect].speak(toJob(id))].filter(
    (frame) => typeof frame === 'string',
  )
  // Half of it goes well.
  const said = isFailing ? [...frames.slice(0, frames.length / 2), FAULT] : frames
  for (const frame of said) {
    const bytes = encoder.encode(frame)
    yield await lent.arrive(lengthMs / said.length, () => bytes, signal)
  }
}

function toResponse(status: number, text: string): TransportResponse {
  async function* body(): AsyncGenerator<Uint8Array> {
    yield encoder.encode(text)
  }
  return { status, header: () => null, body: body() }
}
