// Does one step of a generation. The intention is written before an effect, the result after it; after
// a crash between the two, `step.ts` finds the intention.

import { Impossible } from '../../shared/impossible.ts'
import type { Failure } from '../../shared/video/failures.ts'
import { toSafeMessage } from '../../shared/relay/message.ts'
import { readTaskStatus } from '../../shared/relay/tasks.ts'
import { toVideoResource } from '../../shared/video/video.ts'
import { toAssetKey, toThumbnailKey } from '../platform/bucket.ts'
import { defaultRelayId } from '../settings/relays.ts'
import { archiveOnce } from './archiveStep.ts'
import { Dispatch } from './dispatch.ts'
import { readLog } from './log.ts'
import type { State } from './state.ts'
import type { GenerationPorts } from './ports.ts'
import { toRedact } from './redact.ts'
import { Reports } from './reports.ts'
import type { ArchiveRow, LookupRow } from './intentions.ts'
import { takeLateStep } from './lateTruth.ts'
import { lookAtJob } from './lookAtJob.ts'
import type { Step } from './step.ts'
import { LATEST_START_MS } from './step.ts'
import { toRun } from './toRun.ts'

/** How often a task page is asked while it says that the work goes on. */
const LOOKUP_EVERY_MS = 10_000

export class Steps {
  readonly #ports: GenerationPorts
  readonly #state: State
  readonly #reports: Reports
  readonly #dispatch: Dispatch

  constructor(ports: GenerationPorts, state: State) {
    this.#ports = ports
    this.#state = state
    this.#reports = new Reports(ports, state)
    this.#dispatch = new Dispatch(ports, state, this.#reports)
  }

  /** `rest`: nothing can be done before the alarm, which is set. */
  async take(
    step: Exclude<Step, { do: 'wait' } | { do: 'nothing' }>,
    cancel: AbortSignal,
  ): Promise<void | 'rest'> {
    switch (step.do) {
      case 'dispatch':
        return await this.#dispatch.send(step.n, cancel)
      case 'recover':
        return await this.#dispatch.recover(cancel)
      case 'lookup':
        return await this.#lookUp(step.lookup, cancel)
      case 'look':
        return await lookAtJob(this.#ports, this.#state, this.#reports, step.job, cancel)
      case 'late':
        return await takeLateStep(this.#ports, this.#state, this.#reports, step.late)
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

  /** Asks the relay's public task page how a broken-off answer went on: free, and never a second POST. */
  async #lookUp(lookup: LookupRow, cancel: AbortSignal): Promise<void> {
    const { now, limits, outbound, relays } = this.#ports
    const state = this.#state
    const { statusUrl } = state.row.evidence
    const text = statusUrl === null ? null : await outbound.readText(statusUrl, cancel)
    if (state.video.endedAt !== null) return
    const status = text === null ? null : readTaskStatus(text)
    this.#reports.lookUp(status?.state)
    await state.commit(() => {
      if (status?.state === 'completed') return state.beginArchive(status)
      if (status?.state === 'failed') {
        return state.fail({
          code: 'upstream_error',
          message: toSafeMessage(status.message, toRedact(state.row, relays)),
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
    const key = this.#assetKey()
    const failure = await archiveOnce(this.#ports, this.#state, archive, key, this.#reports)
    if (failure !== null) await this.#fail(failure)
  }

  async #settle(): Promise<void> {
    const { account, now, limits, sql } = this.#ports
    const state = this.#state
    const { owner, lastAttempt, cost } = state.row
    const { video } = state
    if (owner === null || video.outcome === null) throw new Impossible('settle before the end')
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
      opensBreaker: lastAttempt?.opensBreaker === true,
      run: {
        ...toRun(readLog(sql)),
        relay: lastAttempt?.relay ?? defaultRelayId,
        status: lastAttempt?.status ?? null,
      },
      ...(cost !== null && { cost }),
      video: toVideoResource(owner.identity, video, limits.retentionMs, cost),
    })
    // Opened again meanwhile: another end is still to be told.
    if (state.video.endedAt !== endedAt) return
    state.transaction(() => {
      state.row.setSettled(true)
      if (state.row.flags.deleted) return
      // In one write: what is still to be asked of a job must not be forgotten in between.
      state.due.plan('work', state.row.late?.at ?? null)
      state.due.set('forget', expiresAt)
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
