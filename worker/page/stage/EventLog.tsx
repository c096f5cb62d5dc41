// The log of a video, folded away: every event with its time since the first.

import type { WireEvent } from '../../../shared/video/events.ts'
import { toClock } from '../parts/format.ts'
import { t } from '../strings/t.ts'

export function EventLog({ events }: { readonly events: readonly WireEvent[] }) {
  const beganAt = events[0]?.at ?? 0
  return (
    <details class="log">
      <summary>{t('log.title')}</summary>
      <ol aria-label={t('log.title')}>
        {events.map((event) => (
          <li key={event.offset}>
            <span class="mono quiet">{toClock(event.at - beganAt)}</span> {toEventLine(event)}
          </li>
        ))}
      </ol>
    </details>
  )
}

export function toEventLine(event: WireEvent): string {
  switch (event.type) {
    case 'queued':
      return t('event.queued')
    case 'started':
      return event.attempt === 1 ? t('event.sent') : t('event.sent.again', { n: event.attempt })
    case 'progress':
      return t('event.progress', { n: event.progress })
    case 'phase':
      if (event.reason !== undefined) {
        return t('event.refused', { reason: t(`failure.${event.reason}`) })
      }
      return t(`phase.${event.phase}`)
    case 'preview':
      return t('event.preview')
    case 'archiving':
      return t('event.archiving')
    case 'completed':
      return t('event.completed')
    case 'failed':
      return t(`failure.${event.error.code}`)
  }
}
