// When: a rhythm, a time, a zone; what that means in words, and the next three times in that zone.

import { Cron } from 'croner'
import { Field } from '../parts/Field.tsx'
import { toSlot } from '../parts/format.ts'
import { t } from '../strings/t.ts'
import { type CronChoice, type Rhythm, toCron, toCronWords, toWeekday } from './cronWords.ts'

const rhythms = ['hourly', 'daily', 'weekdays', 'weekly', 'monthly', 'custom'] as const
const NEXT_SHOWN = 3

interface CronFieldsProps {
  readonly choice: CronChoice
  readonly zone: string
  readonly problem: string | undefined
  readonly onChoice: (choice: CronChoice) => void
  readonly onZone: (zone: string) => void
}

export function CronFields({ choice, zone, problem, onChoice, onZone }: CronFieldsProps) {
  const { rhythm } = choice
  const change = (fields: Partial<CronChoice>) => onChoice({ ...choice, ...fields })
  const cron = toCron(choice)
  const next = findNext(cron, zone)
  return (
    <div class="stack tight">
      <div class="grid2">
        <Field id="rhythm" label={t('cron.rhythm')}>
          <select
            id="rhythm"
            class="input"
            value={rhythm}
            onChange={(event) =>
              change({ rhythm: event.currentTarget.value as Rhythm, custom: cron })
            }
          >
            {rhythms.map((one) => (
              <option key={one} value={one}>
                {t(`rhythm.${one}`)}
              </option>
            ))}
          </select>
        </Field>
        {rhythm === 'weekly' && (
          <Field id="weekday" label={t('cron.weekday')}>
            <select
              id="weekday"
              class="input"
              value={choice.weekday}
              onChange={(event) => change({ weekday: Number(event.currentTarget.value) })}
            >
              {[1, 2, 3, 4, 5, 6, 0].map((day) => (
                <option key={day} value={day}>
                  {toWeekday(day)}
                </option>
              ))}
            </select>
          </Field>
        )}
        {rhythm === 'monthly' && (
          <Field id="day" label={t('cron.day')}>
            <input
              id="day"
              class="input"
              type="number"
              min={1}
              max={31}
              value={choice.day}
              onInput={(event) => change({ day: Number(event.currentTarget.value) })}
            />
          </Field>
        )}
        {rhythm === 'custom' ? (
          <Field id="cron" label={t('cron.custom')} hint={t('cron.custom.hint')} problem={problem}>
            <input
              id="cron"
              class="input mono"
              aria-describedby="cron-hint"
              value={choice.custom}
              onInput={(event) => change({ custom: event.currentTarget.value })}
            />
          </Field>
        ) : (
          <Field id="time" label={t('cron.time')}>
            <input
              id="time"
              class="input"
              type="time"
              required
              value={choice.time}
              onInput={(event) => change({ time: event.currentTarget.value })}
            />
          </Field>
        )}
        <Field id="zone" label={t('cron.zone')}>
          <select
            id="zone"
            class="input"
            value={zone}
            onChange={(event) => onZone(event.currentTarget.value)}
          >
            {listZones(zone).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </Field>
      </div>
      <p class="notice small" aria-live="polite">
        <strong>{toCronWords(cron)}</strong> <span class="quiet">({zone})</span>
        <br />
        {next.length === 0
          ? t('cron.never')
          : `${t('schedules.next')} ${next.map((at) => toSlot(at, zone)).join(' · ')}`}
      </p>
      {rhythm !== 'custom' && problem !== undefined && (
        <p class="small bad-text" role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}

/** Unix seconds. The gateway decides; this only shows beforehand what it will say. */
function findNext(cron: string, timezone: string): readonly number[] {
  try {
    return new Cron(cron, { timezone, mode: '5-part', paused: true })
      .nextRuns(NEXT_SHOWN)
      .map((date) => date.getTime() / 1000)
  } catch {
    return []
  }
}

function listZones(chosen: string): readonly string[] {
  return [...new Set(['UTC', chosen, ...Intl.supportedValuesOf('timeZone')])].sort()
}
