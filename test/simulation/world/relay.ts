// The relays of the simulated world: each takes a paid POST, bills it or does not, and answers as relays
// have been seen to answer, streamed or with a job. The texts are those of the HTTP simulator's dialects.

import type { TransportRequest, TransportResponse } from '../../../shared/ports.ts'
import { describeTask } from '../../relay/taskStatus.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { WorldError } from '../kernel/kernel.ts'
import type { Life } from '../kernel/life.ts'
import type { Scenario } from '../scenario.ts'
import type { Fate, Refusal } from './fates.ts'
import type { Relay as RelaySettings, Relays } from '../../../worker/settings/relays.ts'
import type { Jobs, TakenJob } from './jobs.ts'
import { toResponseOf } from './jobs.ts'
import { priceAt } from './market.ts'
import { job, speeches } from './speech.ts'

const encoder = new TextEncoder()

const refusals: Record<Refusal, { status: number; headers: Record<string, string>; body: string }> =
  {
    busy: {
      status: 429,
      headers: {},
      body: '{"error":{"message":"Too many requests","code":"rate_limit_exceeded"}}',
    },
    'busy for 20 s': {
      status: 429,
      headers: { 'retry-after': '20' },
      body: '{"error":{"message":"slow down"}}',
    },
    'busy for an hour': {
      status: 429,
      headers: { 'retry-after': '3600' },
      body: '{"error":{"message":"slow down"}}',
    },
    'unavailable for 5 s': { status: 503, headers: { 'retry-after': '5' }, body: '' },
    unreached: { status: 521, headers: {}, body: '<html>Web server is down</html>' },
    'wrong key': {
      status: 401,
      headers: {},
      body: '{"error":{"message":"Invalid token","code":"invalid_api_key"}}',
    },
    'no money': {
      status: 402,
      headers: {},
      body: '{"error":{"message":"insufficient quota","code":"insufficient_user_quota"}}',
    },
    'no money, said with a 200': {
      status: 200,
      headers: {},
      body: '{"error":{"message":"insufficient quota","code":"insufficient_user_quota"}}',
    },
    'no channel': {
      status: 503,
      headers: {},
      body: '{"error":{"message":"No channel for this model","code":"model_not_found"}}',
    },
    'bad request': {
      status: 400,
      headers: {},
      body: '{"error":{"message":"bad size","code":"invalid_request_error"}}',
    },
  }

const ERROR_OBJECT =
  'data: {"error":{"message":"Something went wrong on our side","code":"internal_error"}}\n\n'

interface Post {
  readonly id: string
  readonly at: number
  readonly relay: RelaySettings
  readonly fate: Fate
  readonly job: TakenJob | null
}

/** What a life can have heard of its work, besides progress. */
interface Told {
  readonly link: number
  readonly page: number
  readonly job: number
}

const untold: Told = { link: Infinity, page: Infinity, job: Infinity }

export class Relay {
  readonly #kernel: Kernel
  readonly #relays: Relays
  readonly #jobs: Jobs
  readonly #fateOf: Scenario['fateOf']
  readonly #posts: Post[] = []
  readonly #looks = new Map<string, number>()
  readonly #fates = new Map<string, Fate>()
  /** The latest event that brought news of each kind, by generation. */
  readonly #toldAt = new Map<string, Told>()

  constructor(kernel: Kernel, relays: Relays, jobs: Jobs, fateOf: Scenario['fateOf']) {
    this.#kernel = kernel
    this.#relays = relays
    this.#jobs = jobs
    this.#fateOf = fateOf
  }

  postsOf(id: string): readonly Post[] {
    return this.#posts.filter((post) => post.id === id)
  }

  get posts(): number {
    return this.#posts.length
  }

  /** What all relays have billed by now, millionths of a US dollar. */
  get billed(): number {
    return this.#posts.reduce((sum, post) => sum + this.billedFor(post), 0)
  }

  billedFor({ fate, relay, job: taken }: Post): number {
    if (taken !== null) return this.#jobs.billedFor(taken)
    return fate.isBilled ? priceAt(relay.id) : 0
  }

  pageOf(id: string): Fate['page'] {
    return this.#fates.get(id)?.page ?? 'gone'
  }

  /** What a life of this generation must have kept from events before this one. */
  wasTold(id: string, what: keyof Told): boolean {
    const told = this.#toldAt.get(id)
    return told !== undefined && told[what] < this.#kernel.steps
  }

  /** The fates of its POSTs, in order. */
  fatesOf(id: string): readonly Fate[] {
    return this.postsOf(id).map(({ fate }) => fate)
  }

  /** What the generation `id` sends its calls through: one order, and looks at what came of it. */
  async send(life: Life, id: string, request: TransportRequest): Promise<TransportResponse> {
    const signal = request.signal as AbortSignal | undefined
    const relay = this.#find(request)
    if (request.method !== 'POST') return await this.#ask(life, relay, request, signal)
    const what = `POST to ${relay.id}`
    const post = await this.#kernel.effect(life, what, () => this.#take(id, relay, request))
    return await this.#answer(life, post, signal)
  }

  /** Every call goes to somebody who is configured, with the key for just that one. */
  #find({ url, headers }: TransportRequest): RelaySettings {
    const relay = this.#relays.find(({ baseUrl }) => url.startsWith(`${baseUrl}/`))
    if (relay === undefined) throw new Error(`nobody is at ${url}`)
    const { authorization = '' } = relay.headers
    if (headers['authorization'] !== authorization) {
      this.#kernel.breach('keys', `${relay.id} is shown ${headers['authorization']}`)
    }
    return relay
  }

  async #ask(
    life: Life,
    relay: RelaySettings,
    { method, url }: TransportRequest,
    signal: AbortSignal | undefined,
  ): Promise<TransportResponse> {
    const answer =
      method === 'DELETE'
        ? await this.#kernel.effect(life, `cancel at ${relay.id}`, () =>
            this.#jobs.cancel(relay, url),
          )
        : await this.#kernel.effect(life, `look at ${relay.id}`, () => this.#jobs.look(relay, url))
    return answer === 'hangs' ? await untilAborted(signal) : toResponseOf(answer)
  }

  /** The public page of the task, as its text; null when there is none. */
  async look(life: Life, id: string): Promise<string | null> {
    return await this.#kernel.effect(life, 'look at the task page', () => {
      const looks = (this.#looks.get(id) ?? 0) + 1
      this.#looks.set(id, looks)
      const page = this.pageOf(id)
      if (page === 'gone') return null
      const isOver = looks >= 3 && page !== 'runs'
      const state = isOver ? (page === 'completes' ? 'completed' : 'failed') : 'running'
      return JSON.stringify(describeTask(job, state))
    })
  }

  #take(id: string, relay: RelaySettings, { headers }: TransportRequest): Post {
    const posts = this.postsOf(id)
    if (headers['idempotency-key'] !== id) {
      this.#kernel.breach('one POST', `${id} is sent as ${headers['idempotency-key']}`)
    }
    const fate = this.#fateOf(id, posts.length, relay.kind !== 'chat')
    const taken = fate.kind === 'job' ? this.#jobs.take(id, relay, fate.job) : null
    const post: Post = { id, at: this.#kernel.now, relay, fate, job: taken }
    this.#posts.push(post)
    this.#fates.set(id, fate)
    this.#toldAt.delete(id)
    this.#kernel.say(relay.id, `${fate.isBilled ? 'bills' : 'does not bill'} ${id}: ${fate.kind}`)
    if (fate.kind === 'reset') throw new WorldError('Network connection lost.')
    return post
  }

  async #answer(
    life: Life,
    { id, fate, job: taken }: Post,
    signal: AbortSignal | undefined,
  ): Promise<TransportResponse> {
    const note = (what: keyof Told) => {
      const told = this.#toldAt.get(id) ?? untold
      this.#toldAt.set(id, { ...told, [what]: this.#kernel.steps })
    }
    switch (fate.kind) {
      case 'refused': {
        const { status, headers, body } = refusals[fate.refusal]
        return toResponse(status, headers, this.#pieces(life, signal, fate, [body], 'end'))
      }
      case 'status': {
        const page = `<html><title>${fate.status}</title></html>`
        return toResponse(fate.status, {}, this.#pieces(life, signal, fate, [page], 'end'))
      }
      case 'answered': {
        const { pieces, withLink, withTask } = speeches[fate.dialect]
        const sent = pieces.slice(0, fate.pieces)
        const onSent = (count: number) => {
          if (count === withLink) note('link')
          if (count === withTask) note('page')
        }
        return toResponse(200, {}, this.#pieces(life, signal, fate, sent, fate.ending, onSent))
      }
      case 'error object':
        return toResponse(200, {}, this.#pieces(life, signal, fate, [ERROR_OBJECT], 'end'))
      case 'empty':
        return toResponse(200, {}, this.#pieces(life, signal, fate, [], 'end'))
      case 'job': {
        const said = taken === null ? '' : this.#jobs.describeNew(taken)
        if (said === '') return toResponse(200, {}, this.#pieces(life, signal, fate, [], 'break'))
        const isNamed = fate.job.answer === 'its id'
        const onSent = () => (isNamed ? note('job') : undefined)
        return toResponse(202, {}, this.#pieces(life, signal, fate, [said], 'end', onSent))
      }
      case 'reset':
      case 'no headers':
        return await untilAborted(signal)
    }
  }

  async *#pieces(
    life: Life,
    signal: AbortSignal | undefined,
    { gapMs }: Fate,
    pieces: readonly (Uint8Array | string)[],
    ending: 'end' | 'break' | 'silence' | 'comments',
    onSent: (count: number) => void = () => undefined,
  ): AsyncGenerator<Uint8Array> {
    for (const [index, piece] of pieces.entries()) {
      yield await this.#kernel.arrival(life, 'piece of the answer', gapMs, signal, () => {
        onSent(index + 1)
        return typeof piece === 'string' ? encoder.encode(piece) : piece
      })
    }
    switch (ending) {
      case 'end':
        return
      case 'break':
        await this.#kernel.arrival(life, 'break of the answer', gapMs, signal, () => {
          throw new WorldError('Network connection lost.')
        })
        return
      case 'silence':
        await new Promise(() => undefined)
        return
      case 'comments':
        for (;;) {
          yield await this.#kernel.arrival(life, 'comment', 60_000, signal, () =>
            encoder.encode(': ping\n\n'),
          )
        }
    }
  }
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise<never>((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function toResponse(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: AsyncIterable<Uint8Array>,
): TransportResponse {
  return { status, header: (name) => headers[name.toLowerCase()] ?? null, body }
}
