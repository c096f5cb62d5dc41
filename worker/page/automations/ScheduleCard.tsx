// One schedule: its rhythm in words, when it runs next in the zone it is meant in, how it went last.

import { useState } from 'preact/hooks'
import type { JsonObject } from '../../../shared/wire/json.ts'
import { announce } from '../parts/announce.ts'
import { ConfirmButton } from '../parts/ConfirmButton.tsx'
import { toAge, toSlot } from '../parts/format.ts'
import { Link } from '../parts/Link.tsx'
import { Problem } from '../parts/Problem.tsx'
import { useAction } from '../parts/useAction.ts'
import { toVideoPath } from '../route.ts'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'
import type { Schedule } from './answers.ts'
import { toCronWords } from './cronWords.ts'
import { ScheduleForm } from './ScheduleForm.tsx'

const NEXT_SHOWN = 3
const LAST_SHOWN = 3

interface ScheduleCardProps {
  readonly schedule: Schedule
  readonly onChanged: () => Promise<void>
}

export function ScheduleCard({ schedule, onChanged }: ScheduleCardProps) {
  const { api, can } = useSession()
  const [isEdited, setEdited] = useState(false)
  const action = useAction()
  const path = `/schedules/${encodeURIComponent(schedule.id)}`
  const act = (method: 'POST' | 'DELETE', to: string, done: string, body?: JsonObject) =>
    void action.run(async () => {
      await api.call(method, to, body)
      await onChanged()
      announce(`${schedule.name}: ${done}`)
    })
  const { prompt } = schedule.request
  return (
    <li class="card stack tight">
      <div class="row between">
        <h3>{schedule.name}</h3>
        {schedule.paused && <span class="badge warn">{t('schedules.paused')}</span>}
      </div>
      <p>
        {toCronWords(schedule.cron)} <span class="badge">{schedule.timezone}</span>{' '}
        {toCronWords(schedule.cron) !== schedule.cron && (
          <code class="mono quiet">{schedule.cron}</code>
        )}
      </p>
      {typeof prompt === 'string' && <blockquote>{prompt}</blockquote>}
      {!schedule.paused && (
        <p class="small quiet">
          {t('schedules.next')}{' '}
          {schedule.next_runs
            .slice(0, NEXT_SHOWN)
            .map((at) => toSlot(at, schedule.timezone))
            .join(' · ')}
        </p>
      )}
      {schedule.last_runs.slice(0, LAST_SHOWN).map((run) => (
        <p key={run.slot} class="small quiet">
          <span
            class={`badge ${run.state === 'started' ? 'good' : run.state === 'claimed' ? '' : 'bad'}`}
          >
            {t(`run.${run.state}`)}
          </span>{' '}
          {toAge(run.at)} {run.reason}{' '}
          {run.video_id !== null && (
            <Link to={toVideoPath(run.video_id)}>{t('schedules.show')}</Link>
          )}
        </p>
      ))}
      {action.error !== null && <Problem error={action.error} />}
      <div class="row">
        {(can('generate') || !schedule.paused) && (
          <button
            type="button"
            class="button small"
            onClick={() =>
              act('POST', path, t(schedule.paused ? 'schedules.resumed' : 'schedules.paused'), {
                paused: !schedule.paused,
              })
            }
          >
            {t(schedule.paused ? 'schedules.resume' : 'schedules.pause')}
          </button>
        )}
        {can('generate') && (
          <>
            <button
              type="button"
              class="button small"
              onClick={() => act('POST', `${path}/run`, t('schedules.ran'))}
            >
              {t('schedules.run')}
            </button>
            <button type="button" class="button small" onClick={() => setEdited(true)}>
              {t('common.edit')}
            </button>
          </>
        )}
        <ConfirmButton
          class="button plain small"
          label={t('common.delete')}
          question={t('done.delete.sure')}
          onConfirm={() => act('DELETE', path, t('done.deleted'))}
        />
      </div>
      {isEdited && (
        <ScheduleForm schedule={schedule} onClose={() => setEdited(false)} onSaved={onChanged} />
      )}
    </li>
  )
}
