// Shows a generation while it runs, wherever n8n can show it: streamed into a chat or a webhook's
// answer, on the browser's console of a manual run, and as a hint on the node when it is over.

import type { IExecuteFunctions } from 'n8n-workflow'

import type { VideoEvent } from '../../../shared/video/events.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import type { Timings } from './videoItem.ts'

/** A {@link VideoEvent} and when it happened, ms since epoch. */
export type TimedEvent = VideoEvent & { readonly at: number }

export interface ProgressReport {
  add(event: TimedEvent): void
  timings(): Timings
  /** Closes the streamed text; call once, also when the item ends badly. */
  end(): void
}

export function createProgressReport(
  context: IExecuteFunctions,
  itemIndex: number,
): ProgressReport {
  const isStreaming = context.isStreaming()
  const isManual = context.getMode() === 'manual'
  const firstAt = new Map<TimedEvent['type'], number>()
  let lastAt: number | null = null
  let lastPercent = -1
  if (isStreaming) context.sendChunk('begin', itemIndex)

  function show(text: string): void {
    if (isStreaming) context.sendChunk('item', itemIndex, `${text}\n`)
    if (isManual) context.sendMessageToUI(`Item ${itemIndex}: ${text}`)
  }

  return {
    add(event) {
      if (!firstAt.has(event.type)) firstAt.set(event.type, event.at)
      lastAt = event.at
      // A percent that repeats is no news in a chat, whose lines stay.
      const percent = event.type === 'progress' ? Math.floor(event.progress) : lastPercent
      if (event.type === 'progress' && percent === lastPercent) return
      lastPercent = percent
      const text = describe(event)
      if (text !== null) show(text)
    },
    timings() {
      const begun = firstAt.get('queued') ?? firstAt.get('started') ?? null
      const started = firstAt.get('started') ?? null
      const archiving = firstAt.get('archiving') ?? null
      const completed = firstAt.get('completed') ?? null
      return {
        queuedMs: span(begun, started),
        runningMs: span(started, archiving ?? completed ?? firstAt.get('failed') ?? null),
        archivingMs: span(archiving, completed),
        totalMs: span(begun, lastAt),
      }
    },
    end() {
      if (isStreaming) context.sendChunk('end', itemIndex)
    },
  }
}

/** One line under the node: what came out and where the time went. */
export function hintAt(
  context: IExecuteFunctions,
  video: VideoResource,
  timings: Timings,
  isCached: boolean,
): void {
  const parts = [
    toPart('queued', timings.queuedMs),
    toPart('generating', timings.runningMs),
    toPart('archiving', timings.archivingMs),
  ].filter((part) => part !== null)
  const took = isCached
    ? 'was there already; nothing was paid'
    : `took ${seconds(timings.totalMs ?? 0)}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`
  context.addExecutionHints({
    message: `${video.model}: ${video.status}, ${video.progress} %, ${took}`,
    type: 'info',
    location: 'outputPane',
  })
}

function describe(event: TimedEvent): string | null {
  switch (event.type) {
    case 'queued':
      return 'Queued…'
    case 'started':
      return event.attempt === 1 ? 'Started…' : `Started again (attempt ${event.attempt})…`
    case 'progress':
      return `Generating… ${Math.floor(event.progress)} %`
    case 'phase':
      return event.retry_at === undefined ? null : 'The relay is busy, trying again soon…'
    case 'preview':
      return null
    case 'archiving':
      return 'Storing the video…'
    case 'completed':
      return event.video.url === undefined ? 'Done.' : `Done: ${event.video.url}`
    case 'failed':
      return `Ended without a video: ${event.error.message}`
  }
}

function span(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : Math.max(0, to - from)
}

function toPart(name: string, ms: number | null): string | null {
  return ms === null ? null : `${name} ${seconds(ms)}`
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`
}
