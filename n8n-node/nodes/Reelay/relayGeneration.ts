// Generates with a plain relay, through the same core as the gateway: one request, one stream, one
// verdict. A relay keeps nothing, so what a retry must know is written into the execution.

import { bodyLength, encodeBody } from '../../../shared/relay/encodeBody.ts'
import type { GenerationEvent } from '../../../shared/video/events.ts'
import type { Failure } from '../../../shared/video/failures.ts'
import { anything, type Model } from '../../../shared/request/models.ts'
import { askRelay } from '../../../shared/relay/ask.ts'
import { chat } from '../../../shared/relay/chat/chat.ts'
import type { Verdict } from '../../../shared/relay/relay.ts'
import { listRequestLinks } from '../../../shared/relay/chat/requestLinks.ts'
import { safeParseVideoRequest, type Accepted } from '../../../shared/request/request.ts'
import {
  advance,
  initialState,
  toVideoResource,
  type VideoResource,
  type VideoState,
} from '../../../shared/video/video.ts'
import { LimitReached } from '../../../shared/limits.ts'
import type { JsonObject } from '../../../shared/wire/json.ts'
import { safeParseVideo } from '../../../shared/client/answer.ts'
import { WaitLimitError } from '../../../shared/client/error.ts'
import { clock } from './clock.ts'
import {
  toFailedProblem,
  toStoppedProblem,
  type Generated,
  type ItemGeneration,
} from './generation.ts'
import { ItemProblem } from './itemProblem.ts'
import { createTransport, wasNeverSent } from './transport.ts'

export async function generateOnRelay(baseUrl: string, item: ItemGeneration): Promise<Generated> {
  const earlier = item.request.options.acceptPossibleCharge ? null : item.memory.read()
  if (earlier?.state === 'completed') {
    const video = safeParseVideo(earlier.video)
    if (video !== null) return { video, isCached: true, usage: null }
  }
  if (earlier?.state === 'failed') throw new ItemProblem(earlier.message, earlier.advice)
  if (earlier !== null) throw unsure
  return await new RelayRun(baseUrl, item, await toRelayRequest(item.request.body)).run()
}

const unsure = new ItemProblem(
  'An earlier attempt of this item reached the relay, and nobody knows how it ended',
  "It may have been charged, so it is not sent again. Look into the relay's console; to pay again, switch on the Pay Again if Unsure option.",
)

/** Any model, any length, any shape: a relay has no list of ours, and says itself what it refuses. */
async function toRelayRequest(body: JsonObject): Promise<Accepted> {
  const id = String(body['model'] ?? '')
  const model: Model = { ...anything, id, relayModel: id, priceUsd: null, remix: 'off' }
  const result = await safeParseVideoRequest(body, [model])
  if (result.ok) return result
  throw new ItemProblem(result.error.message, 'Change the field that the message names.')
}

class RelayRun {
  readonly #baseUrl: string
  readonly #item: ItemGeneration
  readonly #accepted: Accepted
  readonly #createdAt = clock.now()
  #state: VideoState = initialState
  #offset = 0

  constructor(baseUrl: string, item: ItemGeneration, accepted: Accepted) {
    this.#baseUrl = baseUrl
    this.#item = item
    this.#accepted = accepted
  }

  async run(): Promise<Generated> {
    const { memory, stop } = this.#item
    stop?.throwIfAborted()
    this.#append({ type: 'queued' })
    this.#append({ type: 'started', attempt: 1 })
    memory.write({ state: 'sent' })
    const verdict = await this.#ask()
    if (verdict.is === 'video') return this.#complete(verdict)
    if (verdict.is === 'failure') throw this.#fail(verdict.failure)
    throw new Error('a chat relay names no job')
  }

  async #ask(): Promise<Verdict> {
    const { context, stop, memory, idempotencyKey } = this.#item
    const { totalLimit, silenceLimit } = this.#item.request.options
    const { body, attachments } = this.#accepted.request
    const silenceMs = silenceLimit * 1000
    const totalMs = totalLimit * 1000
    const { apiKey } = await context.getCredentials<{ apiKey?: unknown }>('reelayApi')
    const redact = typeof apiKey === 'string' ? [apiKey] : []
    const { verdict, error, status } = await askRelay({
      // n8n's own idle timer must not be the one that ends it: it could not say which limit it was.
      transport: createTransport(context, { authenticate: true, idleMs: silenceMs + 60_000 }),
      clock,
      limits: { headersMs: silenceMs, silenceMs, progressMs: Infinity, totalMs },
      request: {
        method: 'POST',
        url: `${this.#baseUrl}/chat/completions`,
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          // A relay that knows the header pays once, too.
          ...(idempotencyKey === null ? {} : { 'idempotency-key': idempotencyKey }),
        },
        body: {
          length: bodyLength(body),
          bytes: encodeBody(body, (sha256) =>
            attachments.filter((one) => one.sha256 === sha256).map((one) => one.bytes),
          ),
        },
      },
      cancel: stop,
      read: (head) =>
        chat.read(head, { baseUrl: this.#baseUrl, redact, requestLinks: listRequestLinks(body) }),
      onFacts: (facts) => {
        for (const fact of facts) {
          if (fact.type !== 'task' && fact.type !== 'link') this.#append(fact)
        }
      },
    })
    if (error === undefined) return verdict
    if (stop?.aborted === true) throw toStoppedProblem({}, 'disconnected')
    if (verdict.is !== 'failure') return verdict
    if (error instanceof LimitReached) throw new WaitLimitError(error)
    if (status !== null) return verdict
    if (!wasNeverSent(error)) throw noAnswer
    memory.forget()
    throw notReached
  }

  #complete({ url, others, evidence }: Verdict & { is: 'video' }): Generated {
    this.#append({ type: 'progress', progress: 100 })
    const video: VideoResource = {
      ...this.#toVideo(),
      status: 'completed',
      progress: 100,
      completed_at: Math.floor(clock.now() / 1000),
      charge: 'certain',
      outcome: 'known',
      url,
      ...(others.length > 0 && { other_urls: [...others] }),
    }
    this.#item.report.add({ type: 'completed', video, at: clock.now() })
    this.#item.memory.write({ state: 'completed', video: { ...video } })
    return { video, isCached: false, usage: evidence.usage && { ...evidence.usage } }
  }

  #fail({ code, message, charge, outcome }: Failure): ItemProblem {
    const error = { code, message }
    this.#append({ type: 'failed', error, charge, outcome })
    const problem = toFailedProblem(this.#toVideo(), error, 'relay')
    const { advice } = problem
    if (charge === 'none') this.#item.memory.forget()
    else this.#item.memory.write({ state: 'failed', message: problem.message, advice })
    return problem
  }

  #append(event: Exclude<GenerationEvent, { type: 'completed' }>): void {
    const at = clock.now()
    this.#state = advance(this.#state, { offset: ++this.#offset, at, event })
    this.#item.report.add({ ...event, at })
  }

  #toVideo(): VideoResource {
    const { request, options } = this.#accepted
    // A relay has no ids; the item's key only tells items apart.
    const own = { id: this.#item.key, remixedFrom: null, createdAt: this.#createdAt }
    const identity = { ...request, ...own, metadata: options.metadata }
    return { ...toVideoResource(identity, this.#state, 0), expires_at: null }
  }
}

const noAnswer = new ItemProblem(
  'The connection to the relay broke before an answer arrived',
  'Nobody knows whether the relay did the work, so it is not sent again. Check the base URL and the network.',
)

const notReached = new ItemProblem(
  'The relay cannot be reached',
  'Check the base URL in the credential and the network. Nothing was sent, nothing was charged.',
)
