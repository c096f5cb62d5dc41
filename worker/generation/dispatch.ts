// Sends the one call that may cost money, and decides what follows its answer. The attempt is written
// before the call leaves; after a crash it is the doubtful one, and is never sent again.

import type { Failure } from '../../shared/video/failures.ts'
import { askRelay, type AskLimits } from '../../shared/relay/ask.ts'
import { listRequestLinks } from '../../shared/relay/chat/requestLinks.ts'
import { kinds } from '../../shared/relay/kinds.ts'
import { pickRelay, toTried } from '../../shared/relay/pickRelay.ts'
import type { RelayFact, Verdict } from '../../shared/relay/relay.ts'
import type { RemixSource } from '../../shared/request/remix.ts'
import { toCandidates, toPrice, type Candidate } from '../candidates.ts'
import { defaultRelayId, type Relay } from '../settings/relays.ts'
import { toBackoffMs } from './backoff.ts'
import { readDataLink } from './dataLink.ts'
import type { GenerationPorts } from './ports.ts'
import { toPost } from './post.ts'
import { toRedact } from './redact.ts'
import type { Reports } from './reports.ts'
import type { State } from './state.ts'
import { withGrace } from './withGrace.ts'

/** Links and tasks of one answer that are written as they come; what is named after them, with the verdict. */
const MOST_EVIDENCE = 64
/** How long an answer is kept that storage refuses. A mistake of ours must not keep it for ever. */
const UNWRITTEN_MS = 60 * 60_000

/** What an attempt came to, as rows, and when. */
interface Answer {
  readonly write: () => void
  readonly at: number
}

export class Dispatch {
  readonly #ports: GenerationPorts
  readonly #state: State
  readonly #reports: Reports
  /** The answer that was read and is not in storage: nobody else knows what it brought. */
  #unwritten: Answer | null = null
  /** The attempt that is being written, and surely not sent before that is durable. */
  #unsent: number | null = null

  constructor(ports: GenerationPorts, state: State, reports: Reports) {
    this.#ports = ports
    this.#state = state
    this.#reports = reports
  }

  async send(n: number, cancel: AbortSignal): Promise<void> {
    const { now, random } = this.#ports
    const state = this.#state
    const order = state.row.request
    const candidate = order === null ? null : this.#choose(order)
    if (order === null || candidate === null) return await state.commit(() => state.fail(noRelay))
    await this.#tellSuspension()
    // Cancelled meanwhile.
    if (state.video.endedAt !== null) return
    const { relay, model } = candidate
    const before = state.row.lastAttempt
    const attempt = {
      n,
      dispatchedAt: now(),
      relay: relay.id,
      price: toPrice(candidate, order),
      tried: before?.tried ?? [],
      repeats: before?.repeats ?? n - 1,
    }
    const kind = kinds[relay.kind]
    const options = {
      baseUrl: relay.baseUrl,
      redact: toRedact(state.row, this.#ports.relays),
      failed: relay.failed,
      requestLinks: listRequestLinks(order.body),
    }
    const request = toPost(state.row, relay, kind.order(order, model, relay.body), random)
    // The write-ahead is durable before the call leaves, on any host; nothing that can fail or takes
    // time stands between the two, where a crash is a doubt.
    this.#unsent = n
    if (before?.n === n) await state.announce()
    else {
      await state.commit(() => {
        state.row.beginAttempt(attempt)
        state.append({ type: 'started', attempt: n })
        state.goOnSoon()
      })
    }
    this.#unsent = null
    if (cancel.aborted) return
    const startedAt = now()
    const evidence = { left: MOST_EVIDENCE }
    const { verdict, status, frames } = await askRelay({
      clock: this.#ports,
      transport: this.#ports.relay,
      limits: this.#toLimits(relay),
      request,
      cancel: relay.kind === 'chat' ? cancel : withGrace(this.#ports, cancel),
      read: (head) => kind.read(head, options),
      onFacts: (facts) => this.#take(facts, evidence),
    })
    const answer = { status, frames, ms: now() - startedAt }
    const data =
      verdict.is === 'video' ? await readDataLink(verdict.url, this.#ports.createDigest) : null
    const isOver = state.video.endedAt !== null
    this.#reports.attempt(n, answer, verdict.is !== 'failure' || isOver ? null : verdict.failure)
    const write = () => {
      // A cancel has ended the log meanwhile, and nothing may follow a terminal event.
      if (state.video.endedAt !== null) return this.#keepJob(verdict, relay)
      state.row.setEvidence(verdict.evidence, status)
      this.#keepJob(verdict, relay)
      if (data?.attachment != null) state.row.attachments.add(data.attachment)
      if (verdict.is === 'video') state.beginArchive({ ...verdict, url: data?.link ?? verdict.url })
      else if (verdict.is === 'failure') this.#afterFailure(n, verdict.failure, status)
    }
    await this.#keep({ write, at: now() })
  }

  /** What storage refuses is kept in memory, and written with the next step. */
  async #keep(answer: Answer): Promise<void> {
    this.#unwritten = this.#ports.now() - answer.at < UNWRITTEN_MS ? answer : null
    this.#state.transaction(answer.write)
    this.#unwritten = null
    await this.#state.announce()
  }

  /** Nobody reads the answer of an attempt that was sent: a crash. */
  async recover(cancel: AbortSignal): Promise<void> {
    if (this.#unwritten !== null) return await this.#keep(this.#unwritten)
    const state = this.#state
    const attempt = state.row.lastAttempt
    if (attempt !== null && attempt.n === this.#unsent) return await this.send(attempt.n, cancel)
    const { link } = state.row.evidence
    const n = attempt?.n ?? 1
    const now = this.#ports.now()
    const answer = { status: null, frames: null, ms: now - (attempt?.dispatchedAt ?? now) }
    this.#reports.recovery(n, link !== null)
    this.#reports.attempt(n, answer, link === null ? interrupted : null)
    await state.commit(() => {
      if (link !== null) state.beginArchive({ url: link })
      else this.#afterFailure(n, interrupted, null)
    })
  }

  /** Whom the last refusal was passed on to; else the first that may be asked and was not. */
  #choose(order: RemixSource): Candidate | null {
    const attempt = this.#state.row.lastAttempt
    const candidates = this.#candidates(order)
    const next = attempt?.next ?? attempt?.relay
    const isTried = (id: string) => (attempt?.tried ?? []).some(({ relay }) => relay === id)
    return (
      candidates.find(({ relay }) => relay.id === next) ??
      candidates.find(({ relay }) => !isTried(relay.id)) ??
      null
    )
  }

  #candidates(order: RemixSource): readonly Candidate[] {
    const found = toCandidates(this.#ports, order)
    if (!found.ok) return []
    const { suspended } = this.#state.row
    const open = found.candidates.filter(({ relay }) => !suspended.includes(relay.id))
    // Its account has let it in, so it was not to be refused.
    return open.length === 0 ? found.candidates : open
  }

  /** Before another relay is asked, the account knows that this one refuses everything of ours. */
  async #tellSuspension(): Promise<void> {
    const { account, report } = this.#ports
    const { owner, lastAttempt } = this.#state.row
    const last = lastAttempt?.tried?.at(-1)
    if (owner === null || last?.opensBreaker !== true) return
    try {
      await account.suspend(owner.account, last.relay, last.code)
    } catch (error) {
      // Others may ask that relay in vain, which costs nothing; this one must not wait for it.
      const { id, requestId = null } = owner.identity
      report({ what: 'object not reached', id, request: requestId, error })
    }
  }

  /** A job's order is answered at once, or, by relays that make their callers wait, with the video. */
  #toLimits(relay: Relay): AskLimits {
    const { limits } = this.#ports
    const totalMs = relay.totalMs ?? limits.totalMs
    return relay.kind === 'chat'
      ? { ...limits, totalMs }
      : { totalMs, headersMs: totalMs, silenceMs: totalMs, progressMs: totalMs }
  }

  #keepJob(verdict: Verdict, relay: Relay): void {
    const { row } = this.#state
    if (verdict.is === 'video' && verdict.costUsd !== null) row.setCost(verdict.costUsd)
    if (verdict.is !== 'task') return
    const since = row.lastAttempt?.dispatchedAt ?? this.#ports.now()
    const retryAt = this.#ports.now() + Math.max(relay.pollMs, verdict.everyMs ?? 0)
    const { task } = verdict
    row.setJob({ relay: relay.id, kind: relay.kind, task, since, retryAt, unknown: null })
    if (this.#state.video.endedAt !== null) this.#state.planLate()
  }

  /** Writes what the relay said, as it says it; readers follow as soon as it is durable. */
  #take(facts: readonly RelayFact[], evidence: { left: number }): void {
    const state = this.#state
    if (state.video.endedAt !== null) return
    try {
      state.transaction(() => this.#write(facts, evidence))
    } catch (error) {
      // The answer is paid, and is read on: what matters of this is said again by the verdict.
      this.#reports.stepFailed(error)
    }
    this.#ports.defer(state.announce())
  }

  #write(facts: readonly RelayFact[], evidence: { left: number }): void {
    const state = this.#state
    const mayWrite = () => (evidence.left -= 1) >= 0
    for (const fact of facts) {
      switch (fact.type) {
        case 'progress':
          state.append({ type: 'progress', progress: fact.progress })
          break
        case 'phase':
          if (state.video.phase !== fact.phase) state.append({ type: 'phase', phase: fact.phase })
          break
        case 'preview':
          if (state.video.preview !== fact.url) state.append({ type: 'preview', url: fact.url })
          break
        case 'task':
          if (mayWrite()) state.row.setTask(fact.id, fact.statusUrl)
          break
        case 'link':
          // A video in place of its address is stored once, with the verdict.
          if (!fact.url.startsWith('data:') && mayWrite()) state.row.setLink(fact.url)
          break
      }
    }
  }

  /** `status`: of the relay's answer; null when none began, or nobody saw it. */
  #afterFailure(n: number, failure: Failure, status: number | null): void {
    const { now, limits, random } = this.#ports
    const { row } = this.#state
    const order = row.request
    const attempt = row.lastAttempt
    const relay = attempt?.relay ?? defaultRelayId
    const tried = [...(attempt?.tried ?? []), toTried(relay, failure, now())]
    const repeats = attempt?.repeats ?? n - 1
    const pick = pickRelay({
      now: now(),
      candidates: order === null ? [] : this.#candidates(order).map((one) => one.relay.id),
      tried,
      failure,
      isTaken: status !== null && status >= 200 && status < 300,
      repeats,
      maxRepeats: limits.retries,
      maxWaitMs: limits.retryMs,
      backoffMs: () => toBackoffMs(n, random),
    })
    if (pick.do === 'send') {
      const plan = { retryAt: pick.at, tried, next: pick.relay }
      row.endAttempt(now(), failure.code, { ...plan, repeats: repeats + (pick.isRepeat ? 1 : 0) })
      this.#reports.retry(n, failure, pick.at - now())
      const retry = { reason: failure.code, retry_at: pick.at }
      return this.#state.append({ type: 'phase', phase: 'queued', ...retry })
    }
    const { statusUrl } = row.evidence
    const doubtful = failure.outcome === 'unknown' || failure.code === 'empty_result'
    if (doubtful && statusUrl !== null) {
      row.endAttempt(now(), failure.code)
      return row.setLookup({ since: now(), retryAt: now(), failure })
    }
    this.#state.fail(failure)
  }
}

/** What is left after a crash of an attempt whose answer was being read. */
const interrupted: Failure = {
  code: 'outcome_unknown',
  message:
    'The gateway was interrupted while the relay was at work. Whether it finished is not known.',
  charge: 'possible',
  outcome: 'unknown',
}

const noRelay: Failure = {
  code: 'no_channel',
  message: 'No relay is configured any more that could be asked for this. Nothing was sent.',
  charge: 'none',
  outcome: 'known',
}
