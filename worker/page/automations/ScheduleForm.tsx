// Makes or changes a schedule: what to film, when, and in whose time.

import { useState } from 'preact/hooks'
import { ApiError } from '../../../shared/client/error.ts'
import { pick } from '../create/draft.ts'
import { Dialog } from '../parts/Dialog.tsx'
import { Field } from '../parts/Field.tsx'
import { toShape } from '../parts/format.ts'
import { SavingForm } from '../parts/SavingForm.tsx'
import { useAction } from '../parts/useAction.ts'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'
import type { Schedule } from './answers.ts'
import { CronFields } from './CronFields.tsx'
import { firstChoice, toChoice, toCron } from './cronWords.ts'

interface ScheduleFormProps {
  readonly schedule: Schedule | null
  readonly onClose: () => void
  readonly onSaved: () => Promise<void>
}

export function ScheduleForm({ schedule, onClose, onSaved }: ScheduleFormProps) {
  const { api, models } = useSession()
  const [name, setName] = useState(schedule?.name ?? '')
  const [request, setRequest] = useState(() => toFields(schedule))
  const [choice, setChoice] = useState(schedule === null ? firstChoice : toChoice(schedule.cron))
  const [zone, setZone] = useState(
    schedule?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  )
  const action = useAction()
  const model = models.find(({ id }) => id === request.model) ?? models[0]
  const cron = toCron(choice)
  const change = (fields: Partial<typeof request>) => setRequest({ ...request, ...fields })

  const save = async () => {
    const seconds = pick(request.seconds, model?.seconds ?? [])
    const size = pick(request.size, model?.sizes ?? [])
    await api.call(
      'POST',
      schedule === null ? '/schedules' : `/schedules/${encodeURIComponent(schedule.id)}`,
      {
        name: name.trim() === '' ? request.prompt.slice(0, 60) : name,
        cron,
        timezone: zone,
        request: {
          ...schedule?.request,
          prompt: request.prompt,
          ...(model !== undefined && { model: model.id }),
          ...(seconds !== '' && { seconds }),
          ...(size !== '' && { size }),
        },
      },
    )
    await onSaved()
    onClose()
  }
  const timeProblem =
    action.error instanceof ApiError && ['cron', 'timezone'].includes(action.error.param ?? '')
      ? action.error
      : null
  return (
    <Dialog title={t(schedule === null ? 'schedules.new' : 'schedules.edit')} onClose={onClose}>
      <SavingForm
        action={action}
        onSave={save}
        problem={timeProblem === null ? action.error : null}
      >
        <Field id="schedule-prompt" label={t('compose.prompt')}>
          <textarea
            id="schedule-prompt"
            class="input"
            rows={3}
            required
            value={request.prompt}
            onInput={(event) => change({ prompt: event.currentTarget.value })}
          />
        </Field>
        <Field id="schedule-name" label={t('common.name')} hint={t('schedules.name.hint')}>
          <input
            id="schedule-name"
            class="input"
            maxLength={200}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </Field>
        <div class="grid2">
          <Field id="schedule-model" label={t('compose.model')}>
            <Options
              id="schedule-model"
              value={model?.id ?? ''}
              options={models.map(({ id }) => id)}
              onChange={(id) => change({ model: id })}
            />
          </Field>
          {(model?.seconds.length ?? 0) > 0 && (
            <Field id="schedule-seconds" label={t('compose.seconds')}>
              <Options
                id="schedule-seconds"
                value={pick(request.seconds, model?.seconds ?? [])}
                options={model?.seconds ?? []}
                onChange={(seconds) => change({ seconds })}
              />
            </Field>
          )}
          {(model?.sizes.length ?? 0) > 0 && (
            <Field id="schedule-size" label={t('compose.shape')}>
              <Options
                id="schedule-size"
                value={pick(request.size, model?.sizes ?? [])}
                options={model?.sizes ?? []}
                onChange={(size) => change({ size })}
                toText={toShape}
              />
            </Field>
          )}
        </div>
        <CronFields
          choice={choice}
          zone={zone}
          onChoice={setChoice}
          onZone={setZone}
          problem={timeProblem?.message}
        />
      </SavingForm>
    </Dialog>
  )
}

interface OptionsProps {
  readonly id: string
  readonly value: string
  readonly options: readonly string[]
  readonly onChange: (value: string) => void
  readonly toText?: (value: string) => string
}

function Options({ id, value, options, onChange, toText = (text) => text }: OptionsProps) {
  return (
    <select
      id={id}
      class="input"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {options.map((option) => (
        <option key={option} value={option}>
          {toText(option)}
        </option>
      ))}
    </select>
  )
}

/** What the form can change; the rest of a request stays as it is. */
function toFields(schedule: Schedule | null) {
  const text = (name: string) => {
    const value = (schedule?.request as Record<string, unknown> | undefined)?.[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  return {
    prompt: text('prompt'),
    model: text('model'),
    seconds: text('seconds'),
    size: text('size'),
  }
}
