// The log of a video that has ended, read when somebody unfolds it.

import { useState } from 'preact/hooks'
import type { WireEvent } from '../../../shared/video/events.ts'
import { Problem } from '../parts/Problem.tsx'
import { toClock } from '../parts/format.ts'
import { useAction } from '../parts/useAction.ts'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'
import { toEventLine } from './EventLog.tsx'

export function LoadedLog({ id }: { readonly id: string }) {
  const { api } = useSession()
  const [events, setEvents] = useState<readonly WireEvent[] | null>(null)
  const action = useAction()
  const load = async () => {
    const found: WireEvent[] = []
    for await (const event of api.follow(id)) found.push(event)
    setEvents(found)
  }
  const beganAt = events?.[0]?.at ?? 0
  return (
    <details
      class="log"
      onToggle={(event) => {
        if (event.currentTarget.open && events === null) void action.run(load)
      }}
    >
      <summary>{t('log.title')}</summary>
      {action.error !== null && <Problem error={action.error} />}
      <ol aria-label={t('log.title')}>
        {(events ?? []).map((event) => (
          <li key={event.offset}>
            <span class="mono quiet">{toClock(event.at - beganAt)}</span> {toEventLine(event)}
          </li>
        ))}
      </ol>
    </details>
  )
}
