// What happens without anybody at the page: videos by the clock, and webhooks about their end.

import '../styles/desk.css'
import { useState } from 'preact/hooks'
import { Problem } from '../parts/Problem.tsx'
import { readList } from '../parts/readList.ts'
import { useLoaded } from '../parts/useLoaded.ts'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'
import type { Endpoint, Schedule } from './answers.ts'
import { EndpointCard } from './EndpointCard.tsx'
import { EndpointForm } from './EndpointForm.tsx'
import { ScheduleCard } from './ScheduleCard.tsx'
import { ScheduleForm } from './ScheduleForm.tsx'

export function AutomationsPage() {
  const { can } = useSession()
  return (
    <main id="main" class="page narrow">
      <h1>{t('nav.automations')}</h1>
      {can('manage') ? (
        <>
          <Schedules />
          <Endpoints />
        </>
      ) : (
        <p class="empty">{t('automations.scope')}</p>
      )}
    </main>
  )
}

function Schedules() {
  const { api, can } = useSession()
  const [isNew, setNew] = useState(false)
  const { value, error, reload } = useLoaded(() => readList<Schedule>(api, '/schedules'), [api])
  return (
    <section class="stack" aria-labelledby="schedules-title">
      <div class="row between">
        <h2 id="schedules-title">{t('schedules.title')}</h2>
        {can('generate') && (
          <button type="button" class="button small" onClick={() => setNew(true)}>
            {t('schedules.new')}
          </button>
        )}
      </div>
      {error !== null && <Problem error={error} />}
      {isNew && <ScheduleForm schedule={null} onClose={() => setNew(false)} onSaved={reload} />}
      <ul class="stack">
        {(value ?? []).map((schedule) => (
          <ScheduleCard key={schedule.id} schedule={schedule} onChanged={reload} />
        ))}
      </ul>
      {value?.length === 0 && <p class="empty">{t('schedules.empty')}</p>}
    </section>
  )
}

function Endpoints() {
  const { api } = useSession()
  const [isNew, setNew] = useState(false)
  const { value, error, reload } = useLoaded(
    () => readList<Endpoint>(api, '/webhook_endpoints'),
    [api],
  )
  return (
    <section class="stack" aria-labelledby="endpoints-title">
      <div class="row between">
        <h2 id="endpoints-title">{t('endpoints.title')}</h2>
        <button type="button" class="button small" onClick={() => setNew(true)}>
          {t('endpoints.new')}
        </button>
      </div>
      {error !== null && <Problem error={error} />}
      {isNew && <EndpointForm endpoint={null} onClose={() => setNew(false)} onSaved={reload} />}
      <ul class="stack">
        {(value ?? []).map((endpoint) => (
          <EndpointCard key={endpoint.id} endpoint={endpoint} onChanged={reload} />
        ))}
      </ul>
      {value?.length === 0 && <p class="empty">{t('endpoints.empty')}</p>}
    </section>
  )
}
