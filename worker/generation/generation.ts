// One generation: one log, at most one doubtful paid POST, exactly one terminal event, whatever
// crashes. A plain class over ports; the Durable Object around it is a shell.

import type { Attachment } from '../../shared/request/attachments.ts'
import type { RemixSource } from '../../shared/request/remix.ts'
import type { RelayUsage } from '../../shared/relay/chat/answer.ts'
import type { VideoIdentity, VideoResource, VideoState } from '../../shared/video/video.ts'
import { isEnded, toVideoResource } from '../../shared/video/video.ts'
import type { Log } from './log.ts'
import { Memory } from './state.ts'
import type { GenerationPorts } from './ports.ts'
import type { GenerationSpec } from './row.ts'
import { LATEST_START_MS, toNextStep } from './step.ts'
import { Steps } from './steps.ts'

/** After a step that failed in a way nobody foresaw; the rows still say what to do. */
const AFTER_SURPRISE_MS = 5_000

/** What whoever may see the account may know. */
export interface Description {
  readonly account: string
  readonly identity: VideoIdentity
  readonly state: VideoState
  readonly video: VideoResource
  readonly usage: RelayUsage | null
}

/** What a remix builds on. */
export interface RemixMaterial {
  readonly request: RemixSource
  /** The relay's final words, '' when none were kept. */
  readonly text: string
  readonly taskId: string | null
}

export class Generation {
  readonly #ports: GenerationPorts
  readonly #memory: Memory
  readonly #steps: Steps
  #working: Promise<void> | null = null
  #cancel = new AbortController()

  constructor(ports: GenerationPorts) {
    this.#ports = ports
    this.#memory = new Memory(ports)
    this.#steps = new Steps(ports, this.#memory)
  }

  /** null when there is no such generation (any more). */
  get log(): Log | null {
    return this.#memory.log
  }

  describe(): Description | null {
    const { record, state, log } = this.#memory
    const owner = log === null ? null : record.owner
    if (owner === null || record.flags.deleted) return null
    const { link, usage } = record.evidence
    const video = toVideoResource(owner.identity, state, this.#ports.limits.retentionMs)
    if (link !== null && this.#isLinkUnstored()) video.source_url = link
    return { ...owner, state, video, usage }
  }

  /** null unless there is a video to remix. */
  get remixMaterial(): RemixMaterial | null {
    const { record, log, state } = this.#memory
    const request = log === null || state.status !== 'completed' ? null : record.request
    if (request === null) return null
    return { request, text: record.evidence.text ?? '', taskId: record.evidence.taskId }
  }

  /** Idempotent. Refused once the generation was abandoned or is too late: its caller admits anew. */
  async start(
    spec: GenerationSpec,
    attachments: readonly Attachment[],
  ): Promise<'started' | 'refused'> {
    const memory = this.#memory
    if (memory.log !== null) {
      // A deleted one was started, too: there is only nothing left to describe.
      const wasStarted = memory.record.request !== null || memory.record.flags.deleted
      return wasStarted ? 'started' : 'refused'
    }
    if (this.#ports.now() - spec.identity.createdAt > LATEST_START_MS) return 'refused'
    memory.create(() => {
      memory.record.create(spec)
      for (const attachment of attachments) memory.record.attachments.add(attachment)
      memory.append({ type: 'queued' })
      memory.due.set('work', this.#ports.now())
    })
    this.#work()
    await memory.announce()
    return 'started'
  }

  /** Ends a generation that was admitted and never started; tells when it is alive after all. */
  async abandon(owner: {
    account: string
    identity: VideoIdentity
  }): Promise<'abandoned' | 'alive'> {
    const memory = this.#memory
    if (memory.log !== null) return memory.record.request === null ? 'abandoned' : 'alive'
    memory.create(() => {
      memory.record.create({ ...owner, request: null })
      memory.append({ type: 'queued' })
      memory.fail({
        code: 'upstream_unavailable',
        message:
          'The gateway was interrupted before it could begin. Nothing was sent to the relay.',
        charge: 'none',
        outcome: 'known',
      })
    })
    this.#work()
    await memory.announce()
    return 'abandoned'
  }

  /** Ends it for every reader. A link already seen is archived instead; idempotent. */
  async cancel(): Promise<void> {
    const memory = this.#memory
    const { record } = memory
    if (memory.log === null || isEnded(memory.state)) return
    // From here on the video is paid and there: it is archived, only the stream is not read on.
    if (record.archive !== null) return
    if (record.evidence.link === null) {
      const sent = record.lookup !== null || record.lastAttempt?.endedAt === null
      memory.transaction(() =>
        memory.fail({
          code: 'cancelled',
          message: sent
            ? 'Cancelled by the caller. The relay may still finish the work and bill it.'
            : 'Cancelled by the caller before anything was sent to the relay.',
          charge: sent ? 'possible' : 'none',
          outcome: 'known',
        }),
      )
    }
    this.#cancel.abort(new Error('cancelled'))
    this.#cancel = new AbortController()
    await memory.announce()
    this.#work()
  }

  /** Tries a failed download or store again, unpaid. False when there is nothing to try. */
  async archiveAgain(): Promise<boolean> {
    const memory = this.#memory
    const { link } = memory.log === null ? { link: null } : memory.record.evidence
    if (link === null || !this.#isLinkUnstored()) return false
    memory.transaction(() => {
      memory.record.setSettled(false)
      // Its time starts anew when it ends again.
      memory.due.clear('forget')
      memory.beginArchive(link)
    })
    await memory.announce()
    this.#work()
    return true
  }

  /** An operator's word on what the relay billed. False unless it has failed; idempotent. */
  async correctCharge(charged: boolean): Promise<boolean> {
    const memory = this.#memory
    if (memory.log === null || memory.state.status !== 'failed') return false
    memory.correct(charged ? 'certain' : 'none')
    await this.#ports.sql.flush()
    return true
  }

  /** Forgets an ended generation and its video. False while it runs. */
  async remove(): Promise<boolean> {
    const memory = this.#memory
    if (memory.log === null || !isEnded(memory.state)) return false
    memory.transaction(() => {
      memory.record.setDeleted()
      memory.due.clear('forget')
      memory.due.set('work', this.#ports.now())
    })
    await this.#ports.sql.flush()
    this.#work()
    await this.idle()
    return true
  }

  /** Called by the platform. Re-arms first, starts what is due, returns at once. */
  alarm(): void {
    const { now, limits } = this.#ports
    const { due, log, record } = this.#memory
    if (log === null) return
    const kinds = due.dueAt(now())
    if (kinds.includes('forget')) {
      // From here on it is deleted work like any other: a row left in the past would ring on and on.
      record.setDeleted()
      due.clear('forget')
    }
    // Keeps an object with an open stream alive, and comes back for a step that died silently.
    if (kinds.length > 0) due.set('work', now() + limits.heartbeatMs)
    else due.arm()
    this.#work()
  }

  /** Resolves when nothing can be done now: for an orderly end, and for tests. */
  async idle(): Promise<void> {
    while (this.#working !== null) await this.#working
  }

  #isLinkUnstored(): boolean {
    const code = this.#memory.state.error?.code
    return code === 'download_failed' || code === 'storage_failed'
  }

  #work(): void {
    if (this.#working !== null) return
    this.#working = this.#run().finally(() => {
      this.#working = null
    })
    this.#ports.defer(this.#working)
  }

  async #run(): Promise<void> {
    const { now, limits, report } = this.#ports
    const memory = this.#memory
    try {
      for (;;) {
        const step = toNextStep(memory, now(), limits)
        if (step.do === 'nothing') return memory.log === null ? undefined : memory.due.clear('work')
        if (step.do === 'wait') return memory.due.set('work', step.until)
        await this.#steps.take(step, this.#cancel.signal)
      }
    } catch (error) {
      // Nothing is lost: the rows say what to do, and the alarm comes back for it.
      const id = memory.log === null ? '' : (memory.record.owner?.identity.id ?? '')
      report({ what: 'step failed', id, error })
      if (memory.log !== null) memory.due.set('work', now() + AFTER_SURPRISE_MS)
    }
  }
}
