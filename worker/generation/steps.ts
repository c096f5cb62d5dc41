// Does one step of a generation. Before an effect the intention is written, after it the result;
// between the two a crash can fall, and `step.ts` then finds the intention.

import type { Failure } from '../../shared/video/failures.ts'
import { mayRepeat } from '../../shared/video/failures.ts'
import type { RelaySignal } from '../../shared/relay/chat/answer.ts'
import { toSafeMessage } from '../../shared/relay/message.ts'
import { readTaskStatus } from '../../shared/relay/tasks.ts'
import { toVideoResource } from '../../shared/video/video.ts'
import { toAssetKey, toThumbnailKey } from '../platform/assetKeys.ts'
import { archiveAsset, dropUpload } from './archiving.ts'
import { runAttempt } from './attempt.ts'
import { runWithin } from './runWithin.ts'
import type { Memory } from './state.ts'
import type { GenerationPorts } from './ports.ts'
import { toPost } from './post.ts'
import type { ArchiveRow, LookupRow } from './row.ts'
import type { Step } from './step.ts'
import { LATEST_START_MS } from './step.ts'

/** Own waits between tries, doubled each time. */
const BACKOFF_MS = 2_000
const LONGEST_BACKOFF_MS = 60_000
/** How often a task page is asked while it says that the work goes on. */
const LOOKUP_EVERY_MS = 10_000

export class Steps {
  readonly #ports: GenerationPorts
  readonly #memory: Memory

  constructor(ports: GenerationPorts, memory: Memory) {
    this.#ports = ports
    this.#memory = memory
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
    const { now, sleep, limits, relay, upstream } = this.#ports
    const memory = this.#memory
    memory.transaction(() => {
      memory.record.beginAttempt(n, now())
      memory.append({ type: 'started', attempt: n })
      memory.due.set('work', now() + limits.heartbeatMs)
    })
    // The write-ahead is durable before the POST leaves, on any host.
    await memory.announce()
    if (cancel.aborted) return
    const request = toPost(memory.record, upstream)
    const verdict = await runAttempt({
      relay,
      now,
      sleep,
      limits,
      request,
      cancel,
      baseUrl: upstream.baseUrl,
      redact: this.#toRedact(),
      onSignals: (signals) => this.#take(signals),
    })
    // A cancel has ended the log meanwhile, and nothing may follow a terminal event.
    if (memory.state.endedAt !== null) return
    memory.transaction(() => {
      memory.record.setEvidence(verdict.evidence)
      if (verdict.ok) memory.beginArchive(verdict.result.url)
      else this.#afterFailure(n, verdict.failure)
    })
    await memory.announce()
  }

  /** Writes what the relay said, as it says it; readers follow as soon as it is durable. */
  #take(signals: readonly RelaySignal[]): void {
    const memory = this.#memory
    if (memory.state.endedAt !== null) return
    for (const signal of signals) {
      switch (signal.type) {
        case 'progress':
          memory.append({ type: 'progress', progress: signal.progress })
          break
        case 'phase':
          if (memory.state.phase !== signal.phase) {
            memory.append({ type: 'phase', phase: signal.phase })
          }
          break
        case 'preview':
          if (memory.state.preview !== signal.url) {
            memory.append({ type: 'preview', url: signal.url })
          }
          break
        case 'task':
          memory.record.setTask(signal.id, signal.statusUrl)
          break
        case 'link':
          memory.record.setLink(signal.url)
          break
      }
    }
    this.#ports.defer(memory.announce())
  }

  #afterFailure(n: number, failure: Failure): void {
    const { now, limits, random } = this.#ports
    const { record } = this.#memory
    if (mayRepeat(failure) && n <= limits.retries) {
      const wait = failure.retryAfterMs ?? toBackoffMs(n, random)
      if (wait <= limits.retryMs) {
        const retryAt = now() + wait
        record.endAttempt(n, now(), failure.code, retryAt)
        this.#memory.append({
          type: 'phase',
          phase: 'queued',
          reason: failure.code,
          retry_at: retryAt,
        })
        return
      }
    }
    const { statusUrl } = record.evidence
    const doubtful = failure.outcome === 'unknown' || failure.code === 'empty_result'
    if (doubtful && statusUrl !== null) {
      record.endAttempt(n, now(), failure.code, null)
      record.setLookup({ since: now(), retryAt: now(), failure })
      return
    }
    this.#memory.fail(failure)
  }

  async #recover(): Promise<void> {
    const memory = this.#memory
    const attempt = memory.record.lastAttempt
    const { link } = memory.record.evidence
    memory.transaction(() => {
      if (link !== null) memory.beginArchive(link)
      else {
        this.#afterFailure(attempt?.n ?? 1, {
          code: 'outcome_unknown',
          message:
            'The gateway was interrupted while the relay was at work. Whether it finished is not known.',
          charge: 'possible',
          outcome: 'unknown',
        })
      }
    })
    await memory.announce()
  }

  /** Asks the relay's public task page how a broken-off answer went on: free, and never a second POST. */
  async #lookUp(lookup: LookupRow, cancel: AbortSignal): Promise<void> {
    const { now, limits, outbound } = this.#ports
    const memory = this.#memory
    const { statusUrl } = memory.record.evidence
    const text = statusUrl === null ? null : await outbound.readText(statusUrl, cancel)
    if (memory.state.endedAt !== null) return
    const status = text === null ? null : readTaskStatus(text)
    memory.transaction(() => {
      if (status?.state === 'completed') return memory.beginArchive(status.url)
      if (status?.state === 'failed') {
        return memory.fail({
          code: 'upstream_error',
          message: toSafeMessage(status.message, this.#toRedact()),
          charge: lookup.failure.charge,
          outcome: 'known',
        })
      }
      if (status?.state === 'running' && now() - lookup.since < limits.lookupMs) {
        return memory.record.setLookup({ ...lookup, retryAt: now() + LOOKUP_EVERY_MS })
      }
      memory.fail(lookup.failure)
    })
    await memory.announce()
  }

  async #archive(row: ArchiveRow): Promise<void> {
    const { now, limits, bucket, partBytes, outbound, createDigest } = this.#ports
    const memory = this.#memory
    const key = this.#assetKey()
    let current: ArchiveRow = { ...row, tries: row.tries + 1, retryAt: null }
    const update = (change: Partial<ArchiveRow>) => {
      current = { ...current, ...change }
      memory.record.setArchive(current)
    }
    update({})
    const left = row.since + limits.archiveMs - now()
    const result = await runWithin(left, this.#ports.sleep, (signal) =>
      archiveAsset({
        bucket,
        outbound,
        createDigest,
        key,
        url: row.url,
        maxBytes: limits.assetBytes,
        partBytes,
        signal,
        before: row,
        onUpload: (uploadId) => update({ uploadId }),
        onComplete: (asset) => update(asset),
      }),
    )
    if (result.ok) {
      memory.transaction(() => memory.complete(result.asset))
      return await memory.announce()
    }
    const retryAt = now() + toBackoffMs(current.tries, this.#ports.random)
    if (!result.final && retryAt - row.since < limits.archiveMs) {
      return update({ retryAt })
    }
    await dropUpload(bucket, key, current.uploadId)
    await this.#fail({
      code: result.code,
      message: result.message,
      charge: 'certain',
      outcome: 'known',
    })
  }

  async #settle(): Promise<void> {
    const { account, now, limits } = this.#ports
    const memory = this.#memory
    const { owner } = memory.record
    const { state } = memory
    if (owner === null || state.outcome === null) throw new Error('settle before the end')
    const endedAt = state.endedAt ?? now()
    const expiresAt = endedAt + limits.retentionMs
    await account.settle(owner.account, owner.identity.id, {
      status: state.status === 'completed' ? 'completed' : 'failed',
      code: state.error?.code ?? null,
      charge: state.charge,
      outcome: state.outcome,
      endedAt,
      expiresAt,
      video: toVideoResource(owner.identity, state, limits.retentionMs),
    })
    memory.transaction(() => {
      memory.record.setSettled(true)
      if (memory.record.flags.deleted) return
      memory.due.set('forget', expiresAt)
      memory.due.clear('work')
    })
  }

  async #forget(): Promise<void> {
    const { bucket, account, now } = this.#ports
    const { owner } = this.#memory.record
    if (owner !== null) await bucket.delete(toThumbnailKey(owner.identity.id))
    await bucket.delete(this.#assetKey())
    if (owner !== null) await account.forget(owner.account, owner.identity.id)
    const eraseAt = (owner?.identity.createdAt ?? 0) + LATEST_START_MS
    if (now() >= eraseAt) return await this.#memory.erase()
    this.#memory.transaction(() => {
      this.#memory.record.dropContents()
      this.#memory.due.set('forget', eraseAt)
    })
  }

  /** What a relay may quote and nobody may read: the prompt, its own key, the fixed headers. */
  #toRedact(): string[] {
    const prompt = this.#memory.record.owner?.identity.prompt ?? ''
    const headers = Object.values(this.#ports.upstream.headers)
    return [prompt, ...headers.map((value) => value.replace(/^Bearer /, ''))]
  }

  async #fail(failure: Failure): Promise<void> {
    this.#memory.transaction(() => this.#memory.fail(failure))
    await this.#memory.announce()
  }

  #assetKey(): string {
    return toAssetKey(this.#memory.record.owner?.identity.id ?? '')
  }
}

/** Doubles from 2 s to 60 s, plus up to a quarter, so that many generations do not return together. */
function toBackoffMs(n: number, random: GenerationPorts['random']): number {
  const jitter = (random(1)[0] ?? 0) / 255 / 4
  return Math.min(BACKOFF_MS * 2 ** (n - 1), LONGEST_BACKOFF_MS) * (1 + jitter)
}
