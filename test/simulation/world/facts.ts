// What somebody who only watches knows about one generation: what was asked, what was announced,
// what may have been lost. The checks compare the code's own story with this one.

import type { GenerationEvent, LogEntry } from '../../../shared/video/events.ts'
import { isTerminal } from '../../../shared/video/events.ts'
import type { Charge, FailureCode, Outcome } from '../../../shared/video/failures.ts'
import type { Log } from '../../../worker/generation/log.ts'
import type { AdmissionRequest } from '../../../worker/account/admit.ts'
import type { Kernel } from '../kernel/kernel.ts'

export interface Ending {
  readonly at: number
  readonly status: 'completed' | 'failed'
  readonly code: FailureCode | null
  readonly charge: Charge
  readonly outcome: Outcome
}

export class Facts {
  readonly id: string
  readonly asked: AdmissionRequest
  readonly admittedAt: number
  /** Somebody was told that it exists. */
  isAccepted = false
  /** Why no video need come of it, beyond the relay's own fate: null while one must. */
  excuse: string | null = null
  isRemovalAsked = false
  /** Its thumbnail was asked for once. */
  isLookedAt = false
  archivesAsked = 0
  /** How often a crash has ended a download, or what followed it. */
  archivesBroken = 0
  /** Who is to be told of its end. */
  readonly webhooks = new Set<string>()
  isErased = false
  /** When its log was opened again by a caller's wish, ms. */
  reopenedAt: number | null = null
  readonly #kernel: Kernel
  readonly #announced: string[] = []
  readonly endings: Ending[] = []
  #isOver = false
  #subscribed: Log | null = null

  /** Lists of relays not to be asked, one for each time that its start was asked for. */
  readonly suspended: (readonly string[])[] = []
  /** What its account was told of the charge after its end, by what the relay said or an operator. */
  lateCharge: Charge | null = null
  /** An operator has said that it was billed. */
  isCorrected = false
  /** And somebody may not have heard it. */
  isCorrecting = false
  /** When a cancel ended it, ms. */
  cancelledAt: number | null = null
  /** How often a video that came after its end has opened its log again. */
  lateReopenings = 0
  readonly #isVideoTold: () => boolean

  /** `isVideoTold`: has its relay, or the page of its task, said that there is a video? */
  constructor(kernel: Kernel, asked: AdmissionRequest, isVideoTold: () => boolean) {
    this.#kernel = kernel
    this.#isVideoTold = isVideoTold
    this.id = asked.identity.id
    this.asked = asked
    this.admittedAt = kernel.now
  }

  /** Is its log closed now? */
  get isStarted(): boolean {
    return this.#announced.length > 0
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get lastEnding(): Ending | null {
    return this.endings.at(-1) ?? null
  }

  /** Reads on in a log, and from then on whenever it announces something. `isNew`: after a restart. */
  follow(log: Log, isNew: boolean): void {
    if (this.isErased) return this.#kernel.breach('forget', `${this.id} came back`)
    if (isNew) this.#compare(log)
    if (this.#subscribed !== log) {
      this.#subscribed = log
      log.onAnnounce(() => this.#read(log))
    }
    this.#read(log)
  }

  /** Its account hears of the charge after the end. An operator's word stays. */
  learn(charge: Charge): void {
    if (!this.isCorrected) this.lateCharge = charge
  }

  /** Its end as it counts now, whatever was known when it was written. */
  get effectiveEnding(): Ending | null {
    const { lastEnding, lateCharge } = this
    if (lastEnding === null || lateCharge === null) return lastEnding
    return { ...lastEnding, charge: lateCharge, outcome: 'known' }
  }

  #compare(log: Log): void {
    const stored = [...log.readTo(Number.MAX_SAFE_INTEGER)].map(toText)
    for (const [index, announced] of this.#announced.entries()) {
      if (stored[index] === announced) continue
      return this.#kernel.breach(
        'offsets',
        `${this.id}: entry ${index + 1} was announced as ${announced} and is now ${stored[index]}`,
      )
    }
  }

  #read(log: Log): void {
    while (log.end > this.#announced.length) {
      for (const entry of log.read(this.#announced.length)) this.#take(entry)
    }
  }

  #take(entry: LogEntry): void {
    const { event, offset } = entry
    if (offset !== this.#announced.length + 1) {
      this.#kernel.breach('offsets', `${this.id}: offset ${offset} after ${this.#announced.length}`)
    }
    this.#announced.push(toText(entry))
    this.#kernel.say(this.id, `${offset} ${event.type}`)
    if (this.#isOver) this.#reopen(event)
    if (!isTerminal(event)) return
    this.#isOver = true
    this.endings.push(toEnding(event, entry.at))
  }

  #reopen(event: GenerationEvent): void {
    const { lastEnding } = this
    const isUnstored =
      lastEnding?.code === 'download_failed' || lastEnding?.code === 'storage_failed'
    const isLate = lastEnding?.outcome === 'unknown'
    if (isLate) this.lateReopenings++
    const mayReopen = isLate ? this.#isVideoTold() && this.lateReopenings === 1 : isUnstored
    const reopenings = this.archivesAsked + this.lateReopenings
    if (event.type !== 'archiving' || !mayReopen || this.endings.length > reopenings) {
      this.#kernel.breach('one end', `${this.id}: ${event.type} after its end`)
    }
    this.#isOver = false
    this.reopenedAt = this.#kernel.now
  }
}

function toEnding(event: GenerationEvent, at: number): Ending {
  return event.type === 'failed'
    ? { at, status: 'failed', code: event.error.code, charge: event.charge, outcome: event.outcome }
    : { at, status: 'completed', code: null, charge: 'certain', outcome: 'known' }
}

const toText = (entry: LogEntry) => JSON.stringify(entry)
