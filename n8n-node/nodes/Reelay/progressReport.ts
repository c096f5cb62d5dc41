// Shows a generation while it runs, wherever n8n can show it: streamed into a chat or a webhook's
// answer, on the browser's console of a manual run, and as a hint on the node when it is over.

import type { IExecuteFunctions } from 'n8n-workflow'

import type { VideoEvent } from '../../../shared/video/events.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import type { ItemDetails, Timings } from './videoItem.ts'

/** A {@link VideoEvent} and when it happened, ms since epoch. */
export type TimedEvent = VideoEvent & { readonly at: number }

export type ProgressReport = ReturnType<typeof createProgressReport>

export function createProgressReport(context: IExecuteFunctions, itemIndex: number) {
  // In n8n 1.x the tool of an agent has no such method.
  const { isStreaming: ask }: Partial<Pick<IExecuteFunctions, 'isStreaming'>> = context
  const isStreaming = ask?.call(context) === true
  const isManual = context.getMode() === 'manual'
  const firstAt: Partial<Record<TimedEvent['type'], number>> = {}
  let lastAt: number | undefined
  let lastPercent = -1
  if (isStreaming) context.sendChunk('begin', itemIndex)

  return {
    add(event: TimedEvent): void {
      firstAt[event.type] ??= event.at
      lastAt = event.at
      // A percent that repeats is no news in a chat, whose lines stay.
      const percent = event.type === 'progress' ? Math.floor(event.progress) : lastPercent
      if (event.type === 'progress' && percent === lastPercent) return
      lastPercent = percent
      const text = describe(event)
      if (text === null) return
      // A paragraph each: a chat runs single line ends together.
      if (isStreaming) context.sendChunk('item', itemIndex, `${text}\n\n`)
      if (isManual) context.sendMessageToUI(`Item ${itemIndex}: ${text}`)
    },
    timings(): Timings {
      const { queued, started, archiving, completed, failed } = firstAt
      const begun = queued ?? started
      return {
        queuedMs: span(begun, started),
        runningMs: span(started, archiving ?? completed ?? failed),
        archivingMs: span(archiving, completed),
        totalMs: span(begun, lastAt),
      }
    },
    /** Closes the streamed text; call once, also when the item ends badly. */
    end(): void {
      // A paragraph each: a chat runs single line ends together.
      if (isStreaming) context.sendChunk('end', itemIndex)
    },
  }
}

/** One line under the node: what came out and where the time went. */
export function hintAt(context: IExecuteFunctions, video: VideoResource, details: ItemDetails) {
  const { queuedMs, runningMs, archivingMs, totalMs } = details.timings
  const parts = Object.entries({ queued: queuedMs, generating: runningMs, archiving: archivingMs })
    .filter(([, ms]) => ms !== null)
    .map(([name, ms]) => `${name} ${seconds(ms)}`)
  const took = details.isCached
    ? 'was there already; nothing was paid'
    : `took ${seconds(totalMs)}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`
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
      return event.video.url === undefined ? 'Done.' : `[Watch the video](${event.video.url})`
    case 'failed':
      return `Ended without a video: ${event.error.message}`
  }
}

function span(from: number | undefined, to: number | undefined): number | null {
  return from === undefined || to === undefined ? null : Math.max(0, to - from)
}

function seconds(ms: number | null): string {
  return `${Math.round((ms ?? 0) / 1000)} s`
}
