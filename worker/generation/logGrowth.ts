// How far a log grows, whatever a relay says: progress by one rule, few previews, and an end to
// everything that does not decide how the generation ends.

import type { GenerationEvent } from '../../shared/video/events.ts'
import type { FoldedLog } from './foldedLog.ts'

/** A step is a row when it is this much further, percent, or this much later, ms. */
const STEP_PERCENT = 1
const STEP_MS = 1_000
/** Steps in time, then steps in percent, then the last one before another event have their last row. */
const MOST_TIMED = 800
const MOST_FURTHER = 900
const MOST_PROGRESS = 1_000
const MOST_PREVIEWS = 16
/** Behind it only what opens, begins or ends an attempt or the log is written, all of it bounded elsewhere. */
export const MOST_ROWS = 5_000

type Progress = Extract<GenerationEvent, { type: 'progress' }>

export class LogGrowth {
  /** The last step that is a row. */
  #step: { readonly progress: number; readonly at: number } | null = null
  /** The latest step, where it is none. */
  #waiting: Progress | null = null

  /** What is appended when `event` happens, in order. */
  admit(event: GenerationEvent, log: FoldedLog, now: number): readonly GenerationEvent[] {
    const isFull = (log.last?.offset ?? 0) >= MOST_ROWS
    if (event.type === 'progress') {
      this.#waiting = event
      return !isFull && this.#isStep(event, log, now) ? this.#take(now) : []
    }
    const isMore =
      event.type === 'preview' || (event.type === 'phase' && event.retry_at === undefined)
    if (isMore && isFull) return []
    if (event.type === 'preview' && log.previews >= MOST_PREVIEWS) return []
    const before = isFull || log.progress >= MOST_PROGRESS ? [] : this.#take(now)
    // Another attempt begins anew.
    if (event.type === 'started') this.#step = null
    return [...before, event]
  }

  #isStep({ progress }: Progress, { progress: rows }: FoldedLog, now: number): boolean {
    const before = this.#step
    const isFurther = before === null || Math.abs(progress - before.progress) >= STEP_PERCENT
    if (isFurther) return rows < MOST_FURTHER
    return now - before.at >= STEP_MS && rows < MOST_TIMED
  }

  #take(now: number): readonly Progress[] {
    const event = this.#waiting
    this.#waiting = null
    if (event === null) return []
    this.#step = { progress: event.progress, at: now }
    return [event]
  }
}
