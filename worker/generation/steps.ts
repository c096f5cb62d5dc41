// Does one step of a generation. The intention is written before an effect, the result after it; after
// a crash between the two, `step.ts` finds the intention.

import type { Failure } from '../../shared/video/failures.ts'
import { mayRepeat } from '../../shared/video/failures.ts'
import { runWithin } from '../../shared/limits.ts'
import { askRelay } from '../../shared/relay/ask.ts'
import type { RelayFact } from '../../shared/relay/chat/answer.ts'
import { readRelayAnswer } from '../../shared/relay/chat/readAnswer.ts'
import { listRequestLinks } from '../../shared/relay/chat/requestLinks.ts'
import { toSafeMessage } from '../../shared/relay/message.ts'
import { readTaskStatus } from '../../shared/relay/tasks.ts'
import { toVideoResource } from '../../shared/video/video.ts'
import { toAssetKey, toThumbnailKey } from '../platform/bucket.ts'
import type { AttemptReport } from '../report.ts'
import { archiveAsset, dropUpload } from './archiving.ts'
import { openDataLink, readDataLink } from './dataLink.ts'
import { toBackoffMs } from './backoff.ts'
import type { State } from './state.ts'
import type { GenerationPorts } from './ports.ts'
import { toPost } from './post.ts'
import { toRedact } from './redact.ts'
import type { ArchiveRow, LookupRow } from './row.ts'
import type { Step } from './step.ts'
import { LATEST_START_MS } from './step.ts'

/** How often a task page is asked while it says that the work goes on. */
const LOOKUP_EVERY_MS = 10_000

export class Steps {
  readonly #ports: GenerationPorts
  readonly #state: State

  constructor(ports: GenerationPorts, state: State) {
    this.#ports = ports
    this.#state = state
  }

  async take(
    step: Exclude<Step, { do: 'wait' } | { do: 'nothing' }>,
    cancel: AbortSignal,
  ): Promise<void> {
    switch (step.do) {
      case 'dispatch':
        return await this.#dispatch(step.n, cancel)
      case 'recover':
        return await this.#recover()
      case 'lookup':
        return await this.#lookUp(step.lookup, cancel)
      case 'archive':
        return await this.#archive(step.archive)
      case 'settle':
        return await this.#settle()
      case 'forget':
        return await this.#forget()
      case 'expire':
        return await this.#fail({
          code: 'timeout',
          message: 'The generation waited too long to be sent. Nothing was sent to the relay.',
          charge: 'none',
          outcome: 'known',
        })
    }
  }

  async #dispatch(n: number, cancel: AbortSignal): Promise<void> {
    const { now, limits, relay, upstream, createDigest } = this.#ports
    const state = this.#state
    // The write-ahead is durable before the POST leaves, on any host.
    await state.commit(() => {
      state.row.beginAttempt(n, now())
      state.append({ type: 'started', attempt: n })
      state.due.set('work', now() + limits.heartbeatMs)
    })
    if (cancel.aborted) return
    const options = {
      baseUrl: upstream.baseUrl,
      redact: toRedact(state.row, upstream),
      requestLinks: listRequestLinks(state.row.request?.body ?? {}),
    }
    const startedAt = now()
    const { verdict, status, frames } = await askRelay({
      clock: this.#ports,
      transport: relay,
      limits,
      request: toPost(state.row, upstream),
      cancel,
      read: (head) => readRelayAnswer(head, options),
      onFacts: (facts) => this.#take(facts),
    })
    const answer = { status, frames, ms: now() - startedAt }
    // A cancel has ended the log meanwhile, and nothing may follow a terminal event.
    if (state.video.endedAt !== null) return this.#reportAttempt(n, answer, null)
    this.#reportAttempt(n, answer, verdict.ok ? null : verdict.failure)
    const made = verdict.ok ? await readDataLink(verdict.result.url, createDigest) : null
    await state.commit(() => {
      state.row.setEvidence(verdict.evidence)
      if (made?.attachment != null) state.row.attachments.add(made.attachment)
      if (verdict.ok) state.beginArchive(made?.link ?? verdict.result.url, verdict.result.others)
      else this.#afterFailure(n, verdict.failure)
    })
  }

  /** Writes what the relay said, as it says it; readers follow as soon as it is durable. */
  #take(facts: readonly RelayFact[]): void {
    const state = this.#state
    if (state.video.endedAt !== null) return
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
          state.row.setTask(fact.id, fact.statusUrl)
          break
        case 'link':
          // A video in place of its address is stored once, with the verdict.
          if (!fact.url.startsWith('data:')) state.row.setLink(fact.url)
          break
      }
    }
    this.#ports.defer(state.announce())
  }

  #afterFailure(n: number, failure: Failure): void {
    const { now, limits, random } = this.#ports
    const { row } = this.#state
    if (mayRepeat(failure) && n <= limits.retries) {
      const wait = failure.retryAfterMs ?? toBackoffMs(n, random)
      if (wait <= limits.retryMs) {
        const retryAt = now() + wait
        row.endAttempt(now(), failure.code, retryAt)
        const retry = { reason: failure.code, retry_at: retryAt }
        return this.#state.append({ type: 'phase', phase: 'queued', ...retry })
      }
    }
    const { statusUrl } = row.evidence
    const doubtful = failure.outcome === 'unknown' || failure.code === 'empty_result'
    if (doubtful && statusUrl !== null) {
      row.endAttempt(now(), failure.code, null)
      return row.setLookup({ since: now(), retryAt: now(), failure })
    }
    this.#state.fail(failure)
  }

  async #recover(): Promise<void> {
    const state = this.#state
    const attempt = state.row.lastAttempt
    const { link } = state.row.evidence
    const n = attempt?.n ?? 1
    const now = this.#ports.now()
    const answer = { status: null, frames: null, ms: now - (attempt?.dispatchedAt ?? now) }
    this.#reportAttempt(n, answer, link === null ? interrupted : null)
    await state.commit(() => {
      if (link !== null) state.beginArchive(link)
      else this.#afterFailure(n, interrupted)
    })
  }

  /** `failure` null: it brought a link, or the log ended while it ran. */
  #reportAttempt(
    attempt: number,
    answer: Pick<AttemptReport, 'status' | 'frames' | 'ms'>,
    failure: Failure | null,
  ): void {
    const { row, video } = this.#state
    const id = row.owner?.identity.id ?? ''
    const { code, charge, outcome } = failure ?? {
      code: video.error?.code ?? null,
      charge: video.error === null ? 'certain' : video.charge,
      outcome: video.outcome ?? 'known',
    }
    const { status, frames, ms } = answer
    const { relay } = this.#ports.upstream
    const result = { code, status, ms, frames, charge, outcome } as const
    this.#ports.report({ what: 'attempt ended', id, attempt, relay, ...result })
  }

  /** Asks the relay's public task page how a broken-off answer went on: free, and never a second POST. */
  async #lookUp(lookup: LookupRow, cancel: AbortSignal): Promise<void> {
    const { now, limits, outbound, upstream } = this.#ports
    const state = this.#state
    const { statusUrl } = state.row.evidence
    const text = statusUrl === null ? null : await outbound.readText(statusUrl, cancel)
    if (state.video.endedAt !== null) return
    const status = text === null ? null : readTaskStatus(text)
    await state.commit(() => {
      if (status?.state === 'completed') return state.beginArchive(status.url)
      if (status?.state === 'failed') {
        return state.fail({
          code: 'upstream_error',
          message: toSafeMessage(status.message, toRedact(state.row, upstream)),
          charge: lookup.failure.charge,
          outcome: 'known',
        })
      }
      if (status?.state === 'running' && now() - lookup.since < limits.lookupMs) {
        return state.row.setLookup({ ...lookup, retryAt: now() + LOOKUP_EVERY_MS })
      }
      state.fail(lookup.failure)
    })
  }

  async #archive(archive: ArchiveRow): Promise<void> {
    const { now, limits, bucket, partBytes, outbound, createDigest } = this.#ports
    const state = this.#state
    const key = this.#assetKey()
    let current: ArchiveRow = { ...archive, tries: archive.tries + 1, retryAt: null }
    const update = (change: Partial<ArchiveRow>) => {
      current = { ...current, ...change }
      state.row.setArchive(current)
    }
    update({})
    const left = archive.since + limits.archiveMs - now()
    const result = await runWithin(this.#ports, left, (signal) =>
      archiveAsset({
        bucket,
        outbound: openDataLink(state.row, archive.url) ?? outbound,
        createDigest,
        key,
        url: archive.url,
        maxBytes: limits.assetBytes,
        partBytes,
        signal,
        before: archive,
        onUpload: (uploadId) => update({ uploadId }),
        onComplete: (asset) => update(asset),
      }),
    )
    if (result.ok) return await state.commit(() => state.complete(result.asset))
    const retryAt = now() + toBackoffMs(current.tries, this.#ports.random)
    if (!result.final && retryAt - archive.since < limits.archiveMs) return update({ retryAt })
    await dropUpload(bucket, key, current.uploadId)
    const { code, message, final: isLinkDead } = result
    await this.#fail({ code, message, charge: 'certain', outcome: 'known', isLinkDead })
  }

  async #settle(): Promise<void> {
    const { account, now, limits } = this.#ports
    const state = this.#state
    const { owner } = state.row
    const { video } = state
    if (owner === null || video.outcome === null) throw new Error('settle before the end')
    const endedAt = video.endedAt ?? now()
    const expiresAt = endedAt + limits.retentionMs
    await account.settle(owner.account, owner.identity.id, {
      status: video.status === 'completed' ? 'completed' : 'failed',
      code: video.error?.code ?? null,
      charge: video.charge,
      outcome: video.outcome,
      endedAt,
      expiresAt,
      abandoned: state.row.request === null,
      video: toVideoResource(owner.identity, video, limits.retentionMs),
    })
    state.transaction(() => {
      state.row.setSettled(true)
      if (state.row.flags.deleted) return
      state.due.set('forget', expiresAt)
      state.due.clear('work')
    })
  }

  async #forget(): Promise<void> {
    const { bucket, account, now } = this.#ports
    const { owner } = this.#state.row
    if (owner !== null) await bucket.delete(toThumbnailKey(owner.identity.id))
    await bucket.delete(this.#assetKey())
    // Once the account has forgotten it, nobody asks after what is left here.
    this.#state.row.dropContents()
    if (owner !== null) await account.forget(owner.account, owner.identity.id)
    const eraseAt = (owner?.identity.createdAt ?? 0) + LATEST_START_MS
    if (now() >= eraseAt) return await this.#state.erase()
    this.#state.due.set('forget', eraseAt)
  }

  async #fail(failure: Failure): Promise<void> {
    await this.#state.commit(() => this.#state.fail(failure))
  }

  #assetKey(): string {
    return toAssetKey(this.#state.row.owner?.identity.id ?? '')
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
