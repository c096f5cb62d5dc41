// Generates with a plain relay, through the same core as the gateway: one order, then its stream or
// looks at its job. A relay keeps nothing, so what a retry must know is written into the execution.

import type { GenerationEvent } from '../../../shared/video/events.ts'
import type { Failure } from '../../../shared/video/failures.ts'
import { anything, type Model } from '../../../shared/request/models.ts'
import { askRelay, type AskLimits } from '../../../shared/relay/ask.ts'
import { listRequestLinks } from '../../../shared/relay/chat/requestLinks.ts'
import { listRequestTexts } from '../../../shared/relay/quotes.ts'
import { kinds } from '../../../shared/relay/kinds.ts'
import type { Found, Look, RelayKind, Verdict } from '../../../shared/relay/relay.ts'
import { toTransportRequest } from '../../../shared/relay/toTransportRequest.ts'
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
import type { OrderedJob } from './attemptMemory.ts'
import { clock } from './clock.ts'
import type { PlainRelay } from './connection.ts'
import { cancelJob, followJob } from './followJob.ts'
import { toFailedProblem, type Generated, type ItemGeneration } from './generation.ts'
import { ItemProblem, toItemProblem } from './itemProblem.ts'
import {
  noAnswer,
  notReached,
  toMovedProblem,
  toNowhereProblem,
  toUnfinishedProblem,
  toUntoldProblem,
  unsure,
} from './relayProblems.ts'
import { refuseStopped, toStoppedProblem } from './stopping.ts'
import { createTransport, wasNeverSent } from './transport.ts'

export async function generateOnRelay(relay: PlainRelay, item: ItemGeneration): Promise<Generated> {
  const earlier = item.memory.read()
  if (earlier?.state === 'completed') {
    const video = safeParseVideo(earlier.video)
    const needsKey = earlier.needsKey === true
    if (video !== null) return { video, needsKey, isCached: true, usage: null }
  }
  const run = new RelayRun(relay, item, await toRelayRequest(item.request.body))
  if (earlier?.state === 'job') return await run.goOn(earlier)
  if (earlier !== null && !item.request.options.acceptPossibleCharge) {
    throw earlier.state === 'failed' ? new ItemProblem(earlier.message, earlier.advice) : unsure
  }
  return await run.begin()
}

/** Any model, any length, any shape: a relay has no list of ours, and says itself what it refuses. */
async function toRelayRequest(body: JsonObject): Promise<{ accepted: Accepted; model: Model }> {
  const id = String(body['model'] ?? '')
  const model: Model = { ...anything, id, relayModel: id, priceUsd: null, remix: 'off' }
  const result = await safeParseVideoRequest(body, [model])
  if (result.ok) return { accepted: result, model }
  throw new ItemProblem(result.error.message, 'Change the field that the message names.')
}

// A look is given up after half a minute; n8n's own timer comes later.
const lookIdleMs = 60_000

class RelayRun {
  readonly #relay: PlainRelay
  readonly #kind: RelayKind
  readonly #item: ItemGeneration
  readonly #accepted: Accepted
  readonly #model: Model
  #createdAt = clock.now()
  #state: VideoState = initialState
  #offset = 0

  constructor(
    relay: PlainRelay,
    item: ItemGeneration,
    { accepted, model }: { accepted: Accepted; model: Model },
  ) {
    this.#relay = relay
    this.#kind = kinds[relay.relayKind]
    this.#item = item
    this.#accepted = accepted
    this.#model = model
  }

  /** Sends the order, once. */
  async begin(): Promise<Generated> {
    const { memory, stop } = this.#item
    const untold = this.#kind.cannotTell(this.#accepted.request, this.#model)
    if (untold !== null) throw toUntoldProblem(untold)
    refuseStopped(stop)
    this.#append({ type: 'queued' })
    this.#append({ type: 'started', attempt: 1 })
    memory.write({ state: 'sent' })
    const { verdict, status } = await this.#order()
    switch (verdict.is) {
      case 'video':
        return this.#complete(verdict, verdict.evidence.usage && { ...verdict.evidence.usage })
      case 'failure': {
        const problem = this.#fail(verdict.failure)
        const isNowhere = status === 404 && verdict.failure.code === 'upstream_error'
        throw isNowhere ? toNowhereProblem(problem) : problem
      }
      case 'task': {
        const { baseUrl, relayKind, pollMs } = this.#relay
        const name = verdict.evidence.taskId ?? ''
        const { task } = verdict
        const job: OrderedJob = {
          state: 'job',
          baseUrl,
          relayKind,
          task,
          name,
          since: this.#createdAt,
        }
        memory.write(job)
        return await this.#follow(job, Math.max(pollMs, verdict.everyMs ?? 0))
      }
    }
  }

  /** Looks at the job that an earlier attempt ordered. */
  async goOn(job: OrderedJob): Promise<Generated> {
    const { baseUrl, relayKind } = this.#relay
    if (job.baseUrl !== baseUrl || job.relayKind !== relayKind) throw toMovedProblem(job)
    this.#createdAt = job.since
    this.#append({ type: 'queued' })
    this.#append({ type: 'started', attempt: 1 })
    return await this.#follow(job, 0)
  }

  async #order(): Promise<{ verdict: Verdict; status: number | null }> {
    const { context, stop, memory, idempotencyKey } = this.#item
    const { baseUrl, redact, orderAs } = this.#relay
    const { request } = this.#accepted
    const limits = this.#toLimits()
    const call = this.#kind.order(request, this.#model, orderAs)
    // An order that can be cancelled is not broken off: its answer names what to cancel.
    const cancel = this.#kind.cancel === undefined ? stop : undefined
    const { verdict, error, status } = await askRelay({
      // n8n's own idle timer must not be the one that ends it: it could not say which limit it was.
      transport: createTransport(context, {
        authenticate: true,
        idleMs: limits.silenceMs + 60_000,
      }),
      clock,
      limits,
      request: toTransportRequest(call, {
        baseUrl,
        // A relay that knows the header pays once, too.
        headers: idempotencyKey === null ? {} : { 'idempotency-key': idempotencyKey },
        getAttachment: (sha256) =>
          request.attachments.filter((one) => one.sha256 === sha256).map((one) => one.bytes),
        boundary: crypto.randomUUID(),
      }),
      cancel,
      read: (head) =>
        this.#kind.read(head, {
          baseUrl,
          redact: [...redact, ...listRequestTexts(request.body)],
          requestLinks: listRequestLinks(request.body),
        }),
      onFacts: (facts) => {
        for (const fact of facts) {
          if (fact.type !== 'task' && fact.type !== 'link') this.#append(fact)
        }
      },
    })
    if (error === undefined) return { verdict, status }
    if (cancel?.aborted === true) throw toStoppedProblem({}, 'disconnected')
    if (verdict.is !== 'failure') return { verdict, status }
    if (error instanceof LimitReached) throw new WaitLimitError(error)
    if (status !== null) return { verdict, status }
    if (!wasNeverSent(error)) throw noAnswer
    memory.forget()
    throw notReached
  }

  /** An order is answered at once, or, by relays that make their callers wait, with the video. */
  #toLimits(): AskLimits {
    const totalMs = this.#item.request.options.totalLimit * 1000
    const silenceMs = this.#item.request.options.silenceLimit * 1000
    return this.#relay.relayKind === 'chat'
      ? { headersMs: silenceMs, silenceMs, progressMs: Infinity, totalMs }
      : { headersMs: totalMs, silenceMs: totalMs, progressMs: Infinity, totalMs }
  }

  async #follow({ task, since, name }: OrderedJob, firstMs: number): Promise<Generated> {
    const { context, stop } = this.#item
    const { baseUrl, redact, pollMs } = this.#relay
    const transport = createTransport(context, { authenticate: true, idleMs: lookIdleMs })
    const ports = { clock, transport }
    const job = { kind: this.#kind, task, since, options: { baseUrl, redact } }
    const totalMs = this.#item.request.options.totalLimit * 1000
    const onRunning = (look: Look & { is: 'running' }) => this.#appendNews(look)
    const options = { pollMs, firstMs, totalMs, stop, onRunning }
    const look = await followJob(ports, job, options).catch(async (error: unknown) => {
      if (error instanceof LimitReached) throw toUnfinishedProblem(error, name)
      if (stop?.aborted !== true) throw toItemProblem(error)
      const isStopped = await cancelJob(ports, job)
      const problem = toStoppedProblem({ task_id: name }, isStopped ? 'stopped' : 'goesOn')
      // A later run must not wait for what is not made any more.
      if (isStopped) {
        const message = `An earlier attempt of this item was stopped, and job ${name} with it`
        this.#item.memory.write({ state: 'failed', message, advice: problem.advice })
      }
      throw problem
    })
    if (look.is === 'failed') throw this.#fail(look.failure)
    return this.#complete(look, null)
  }

  #appendNews({ phase, progress }: Look & { is: 'running' }): void {
    if (phase === 'running' && this.#state.phase === 'queued') {
      this.#append({ type: 'phase', phase })
    }
    if (progress !== null && progress >= this.#state.progress + 1) {
      this.#append({ type: 'progress', progress })
    }
  }

  #complete({ url, needsKey, others }: Found, usage: Generated['usage']): Generated {
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
    this.#item.memory.write({ state: 'completed', video: { ...video }, needsKey })
    return { video, needsKey, isCached: false, usage }
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
