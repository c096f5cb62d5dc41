// One generation: one log, at most one doubtful paid POST, exactly one terminal event, whatever
// crashes. A plain class over ports; the Durable Object around it is a shell.

import type { RelayTask } from '../../shared/relay/relay.ts'
import type { Attachment } from '../../shared/request/attachments.ts'
import type { RemixSource } from '../../shared/request/remix.ts'
import type { RelayUsage } from '../../shared/video/chat.ts'
import type { VideoIdentity, VideoResource, VideoState } from '../../shared/video/video.ts'
import { isUnstored } from '../../shared/video/failures.ts'
import { isEnded } from '../../shared/video/video.ts'
import { AlarmWatch } from '../platform/alarmWatch.ts'
import type { Owner } from '../protocol.ts'
import { defaultRelayId } from '../settings/relays.ts'
import { isDataLink } from './dataLink.ts'
import { describeVideo } from './describeVideo.ts'
import type { Inspection } from './inspect.ts'
import { inspect } from './inspect.ts'
import type { Log } from './log.ts'
import { State } from './state.ts'
import type { GenerationPorts } from './ports.ts'
import { waitForEnd } from './readers.ts'
import { toRedact } from './redact.ts'
import type { GenerationSpec } from './row.ts'
import { findNextLook } from './lookAtJob.ts'
import { LATEST_START_MS } from './step.ts'
import { Work } from './work.ts'

/** What a caller of this account may know. */
export interface Description {
  readonly account: string
  readonly identity: VideoIdentity
  readonly state: VideoState
  readonly video: VideoResource
  readonly usage: RelayUsage | null
}

/** What a remix, an edit or an extension builds on. */
export interface RemixMaterial {
  readonly request: RemixSource
  /** The relay's final words, '' when none were kept. */
  readonly text: string
  readonly taskId: string | null
  /** Who made it, by its configured id. Absent from 0.1, like all that follows. */
  readonly relay?: string
  /** The job there, where it was one. */
  readonly job?: { readonly kind: string; readonly task: RelayTask } | null
  /** The relay's link to it; null for a video that came in place of one. */
  readonly url?: string | null
}

export class Generation {
  readonly #ports: GenerationPorts
  readonly #state: State
  readonly #work: Work
  readonly #watch: AlarmWatch

  constructor(ports: GenerationPorts) {
    this.#ports = ports
    this.#state = new State(ports)
    this.#work = new Work(ports, this.#state)
    const hasPlans = () => this.#state.log !== null && !this.#state.due.isEmpty
    this.#watch = new AlarmWatch(ports, hasPlans, () => this.alarm())
  }

  /** null when there is no such generation (any more). */
  get log(): Log | null {
    return this.#state.log
  }

  /** `account` null asks on behalf of a signed link, which is proof enough by itself. */
  describe(account: string | null = null): Description | null {
    this.#watch.look()
    const { row, video: state, log } = this.#state
    const owner = log === null ? null : row.owner
    if (owner === null || row.flags.deleted) return null
    if (account !== null && account !== owner.account) return null
    const video = describeVideo(this.#state, owner.identity, this.#ports)
    return { ...owner, state, video, usage: row.evidence.usage }
  }

  /** For the operator of the gateway; null when there is no such generation (any more). */
  inspect(): Inspection | null {
    const { row, log } = this.#state
    if (log === null || row.flags.deleted) return null
    const relay = row.lastAttempt === null ? null : (row.lastAttempt.relay ?? defaultRelayId)
    const redact = toRedact(row, this.#ports.relays)
    const nextLookAt = row.late?.at ?? null
    return { ...inspect(log.readTo(log.end), relay, row.tail, redact), nextLookAt }
  }

  /** null unless there is a video to remix. */
  remixMaterial(): RemixMaterial | null {
    const { row, log, video } = this.#state
    const request = log === null || video.status !== 'completed' ? null : row.request
    if (request === null) return null
    const { job, lastAttempt } = row
    const { text, taskId, link } = row.evidence
    return {
      request,
      text: text ?? '',
      taskId,
      relay: job?.relay ?? lastAttempt?.relay ?? defaultRelayId,
      job: job && { kind: job.kind, task: job.task },
      url: isDataLink(link) ? null : link,
    }
  }

  /**
   * Idempotent. `abandoned`: it was given up before, or this is too late, and its caller admits anew;
   * null: it was deleted.
   */
  async start(
    spec: GenerationSpec,
    attachments: readonly Attachment[],
  ): Promise<Description | 'abandoned' | null> {
    const state = this.#state
    if (state.log !== null) {
      // A deleted generation was started, too, though its request is gone.
      const wasStarted = state.row.request !== null || state.row.flags.deleted
      return wasStarted ? this.describe() : 'abandoned'
    }
    if (this.#ports.now() - spec.identity.createdAt > LATEST_START_MS) return 'abandoned'
    state.create(() => {
      state.row.create(spec)
      for (const attachment of attachments) state.row.attachments.add(attachment)
      state.append({ type: 'queued' })
      state.goOnSoon()
    })
    this.#work.goOn()
    await state.announce()
    return this.describe()
  }

  /** Ends a generation that was admitted and never started, or says that it is alive after all. */
  async abandon(owner: Owner): Promise<'abandoned' | 'alive'> {
    const state = this.#state
    if (state.log !== null) return state.row.request === null ? 'abandoned' : 'alive'
    state.create(() => {
      state.row.create({ ...owner, request: null })
      state.append({ type: 'queued' })
      state.fail({
        code: 'upstream_unavailable',
        message:
          'The gateway was interrupted before it could begin. Nothing was sent to the relay.',
        charge: 'none',
        outcome: 'known',
      })
    })
    this.#work.goOn()
    await state.announce()
    return 'abandoned'
  }

  /** Ends it for every reader. A link already seen is archived instead; idempotent. */
  async cancel(): Promise<Description | null> {
    const state = this.#state
    const { row } = state
    if (state.log === null || isEnded(state.video)) return this.describe()
    // An archive in progress goes on: the video is paid and its link is known.
    if (row.archive !== null) return this.describe()
    if (row.evidence.link === null) {
      const sent = row.lookup !== null || row.lastAttempt?.endedAt === null
      state.transaction(() =>
        state.fail({
          code: 'cancelled',
          message: sent
            ? 'Cancelled by the caller. The relay may still finish the work and bill it.'
            : 'Cancelled by the caller before anything was sent to the relay.',
          charge: sent ? 'possible' : 'none',
          outcome: 'known',
        }),
      )
    }
    this.#work.cancel()
    await state.announce()
    this.#work.goOn()
    return this.describe()
  }

  /** Resolves when it has ended, at the latest after `ms`. */
  async waitForEnd(ms: number): Promise<Description | null> {
    const { log } = this
    this.#watch.look()
    if (log !== null) await waitForEnd(log, ms, this.#ports)
    return this.describe()
  }

  /** Tries a failed download or store again, unpaid. False when there is nothing to try. */
  async archiveAgain(): Promise<boolean> {
    const state = this.#state
    const { link } = state.log === null ? { link: null } : state.row.evidence
    if (link === null || state.isFull || !isUnstored(state.video.error?.code)) return false
    await state.commit(() => {
      state.row.setSettled(false)
      // Retention starts anew with the second end.
      state.due.clear('forget')
      state.beginArchive({ url: link })
    })
    this.#work.goOn()
    return true
  }

  /**
   * Tells its account once more how it ended: an identical request that was found after the end has
   * left a webhook there, and no other end will come.
   */
  settleAgain(): boolean {
    const { log, video, row, due } = this.#state
    if (log === null || !isEnded(video) || row.flags.deleted) return false
    this.#state.transaction(() => {
      row.setSettled(false)
      due.set('work', this.#ports.now())
    })
    this.#work.goOn()
    return true
  }

  /** Manual correction of what the relay billed. False unless it has failed; idempotent. */
  async correctCharge(charged: boolean): Promise<boolean> {
    const state = this.#state
    if (state.log === null || state.video.status !== 'failed') return false
    state.correct(charged ? 'certain' : 'none')
    await this.#ports.sql.flush()
    return true
  }

  /** Forgets an ended generation and its video. False while it runs. */
  async remove(): Promise<boolean> {
    const state = this.#state
    if (state.log === null || !isEnded(state.video)) return false
    state.transaction(() => {
      state.row.setDeleted()
      state.due.clear('forget')
      state.due.set('work', this.#ports.now())
    })
    await this.#ports.sql.flush()
    this.#work.goOn()
    await this.idle()
    return true
  }

  /**
   * Ends it and forgets it, for an account that is erased. `going`: its account is told when it is gone; one
   * that is being stored ends first, and is asked again.
   */
  async erase(): Promise<'gone' | 'going'> {
    if (this.#state.log === null) return 'gone'
    await this.cancel()
    await this.remove()
    return 'going'
  }

  /**
   * Called by the account for one that should have ended or gone long ago, and by an operator: does what is
   * due, whatever became of its alarm, and looks now at a job that is in doubt. `gone`: there is none.
   */
  async wake(): Promise<'awake' | 'gone'> {
    const state = this.#state
    if (state.log === null) return 'gone'
    state.transaction(() => {
      // An account that still asks was not told of the end, or has forgotten it.
      if (isEnded(state.video) && !state.row.flags.deleted) state.row.setSettled(false)
      const { late } = state.row
      if (late !== null) state.row.setLate({ ...late, at: this.#ports.now() })
      state.due.setEarlier('work', this.#ports.now())
    })
    this.alarm()
    return 'awake'
  }

  /** Called by the platform. Re-arms first, starts what is due, returns at once. */
  alarm(): void {
    const { now, limits } = this.#ports
    const { due, log, row } = this.#state
    if (log === null) return
    // All or nothing: what is due must not be taken by a write whose next one finds the disk full.
    this.#state.transaction(() => {
      const kinds = due.dueAt(now())
      if (kinds.includes('forget')) {
        // An overdue row would re-fire the alarm forever, so it becomes a delete.
        row.setDeleted()
        due.clear('forget')
      }
      // The heartbeat keeps an object with an open stream alive, and repeats a step that was lost.
      const beatAt = now() + limits.heartbeatMs
      if (kinds.includes('work'))
        return due.again(now(), findNextLook(this.#ports, this.#state) ?? beatAt)
      if (kinds.length > 0) due.set('work', beatAt)
      // A clock that was set back must not put the next one off.
      else if (due.get('work') !== null) due.setEarlier('work', beatAt)
      due.arm()
    })
    this.#work.goOn()
  }

  /** Resolves when nothing can be done now: for an orderly end, and for tests. */
  async idle(): Promise<void> {
    await this.#work.idle()
  }
}
