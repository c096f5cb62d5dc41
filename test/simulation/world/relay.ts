// The relay of the simulated world: takes a paid POST, bills it or does not, and answers as relays
// have been seen to answer. Its texts are those of the HTTP simulator's dialects.

import type { TransportRequest, TransportResponse } from '../../../shared/ports.ts'
import { describeTask } from '../../relay/taskStatus.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { WorldError } from '../kernel/kernel.ts'
import type { Life } from '../kernel/life.ts'
import type { Fate, Refusal } from './fates.ts'
import { job, speeches } from './speech.ts'

export const RELAY_URL = 'https://relay.example/v1'

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
  readonly isBilled: boolean
}

export class Relay {
  readonly #kernel: Kernel
  readonly #fateOf: (id: string, post: number) => Fate
  readonly #posts: Post[] = []
  readonly #looks = new Map<string, number>()
  readonly #fates = new Map<string, Fate>()
  /** The latest event that brought news of each kind, by generation. */
  readonly #toldAt = new Map<string, { link: number; page: number }>()

  constructor(kernel: Kernel, fateOf: (id: string, post: number) => Fate) {
    this.#kernel = kernel
    this.#fateOf = fateOf
  }

  postsOf(id: string): readonly Post[] {
    return this.#posts.filter((post) => post.id === id)
  }

  get posts(): number {
    return this.#posts.length
  }

  get billed(): number {
    return this.#posts.filter((post) => post.isBilled).length
  }

  pageOf(id: string): Fate['page'] {
    return this.#fates.get(id)?.page ?? 'gone'
  }

  /** What a life of this generation must have kept from events before this one. */
  wasTold(id: string, what: 'link' | 'page'): boolean {
    const told = this.#toldAt.get(id)
    return told !== undefined && told[what] < this.#kernel.steps
  }

  /** The fates of its POSTs, in order. */
  fatesOf(id: string): readonly Fate[] {
    return this.postsOf(id).map((_post, index) => this.#fateOf(id, index))
  }

  /** What `life` sends its one POST through. */
  async send(life: Life, request: TransportRequest): Promise<TransportResponse> {
    const id = request.headers['idempotency-key'] ?? ''
    const signal = request.signal as AbortSignal | undefined
    const fate = await this.#kernel.effect(life, 'POST to the relay', () => this.#take(id))
    return await this.#answer(life, id, fate, signal)
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

  #take(id: string): Fate {
    const fate = this.#fateOf(id, this.postsOf(id).length)
    this.#posts.push({ id, at: this.#kernel.now, isBilled: fate.isBilled })
    this.#fates.set(id, fate)
    this.#toldAt.delete(id)
    this.#kernel.say('relay', `${fate.isBilled ? 'bills' : 'does not bill'} ${id}: ${fate.kind}`)
    if (fate.kind === 'reset') throw new WorldError('Network connection lost.')
    return fate
  }

  async #answer(
    life: Life,
    id: string,
    fate: Fate,
    signal: AbortSignal | undefined,
  ): Promise<TransportResponse> {
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
          const told = this.#toldAt.get(id) ?? { link: Infinity, page: Infinity }
          const { steps } = this.#kernel
          if (count === withLink) this.#toldAt.set(id, { ...told, link: steps })
          if (count === withTask) this.#toldAt.set(id, { ...told, page: steps })
        }
        return toResponse(200, {}, this.#pieces(life, signal, fate, sent, fate.ending, onSent))
      }
      case 'error object':
        return toResponse(200, {}, this.#pieces(life, signal, fate, [ERROR_OBJECT], 'end'))
      case 'empty':
        return toResponse(200, {}, this.#pieces(life, signal, fate, [], 'end'))
      case 'reset':
      case 'no headers':
        return await new Promise<never>((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
        })
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

function toResponse(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: AsyncIterable<Uint8Array>,
): TransportResponse {
  return { status, header: (name) => headers[name.toLowerCase()] ?? null, body }
}
