// Makes a key, or changes what one may do. Fields that are left empty bind nothing.

import { useState } from 'preact/hooks'
import type { JsonObject } from '../../../shared/wire/json.ts'
import { CheckList } from '../parts/CheckList.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { Field } from '../parts/Field.tsx'
import { SavingForm } from '../parts/SavingForm.tsx'
import { useAction } from '../parts/useAction.ts'
import { t } from '../strings/t.ts'
import type { Key, NewKey } from './answers.ts'
import { useOperator } from './operator.ts'

const scopes = ['generate', 'read', 'manage'] as const

interface KeyEditorProps {
  /** null: a new one. */
  readonly edited: Key | null
  readonly onClose: () => void
  readonly onSaved: (made: NewKey | null) => Promise<void>
}

export function KeyEditor({ edited, onClose, onSaved }: KeyEditorProps) {
  const api = useOperator()
  const [fields, setFields] = useState(() => toFields(edited))
  const action = useAction()
  const change = (part: Partial<typeof fields>) => setFields({ ...fields, ...part })
  const save = async () => {
    const body = toBody(fields, edited)
    if (edited === null) {
      await onSaved((await api.call('POST', '/keys', body)) as unknown as NewKey)
    } else {
      await api.call('PATCH', `/keys/${edited.id}`, body)
      await onSaved(null)
    }
  }
  const text = (
    name: 'name' | 'account' | 'budget' | 'rpm' | 'concurrency' | 'models',
    // The browser itself refuses what is no number: sent as nothing, it would bind nothing.
    number?: { readonly min: number; readonly step: 'any' | 1 },
  ) => (
    <input
      id={`key-${name}`}
      class="input"
      {...(number !== undefined && { type: 'number', ...number })}
      value={fields[name]}
      onInput={(event) => change({ [name]: event.currentTarget.value })}
    />
  )
  return (
    <Dialog title={t(edited === null ? 'keys.new' : 'keys.edit')} onClose={onClose}>
      <SavingForm action={action} onSave={save}>
        <div class="grid2">
          <Field id="key-name" label={t('common.name')}>
            {text('name')}
          </Field>
          {edited === null && (
            <Field id="key-account" label={t('keys.account')} hint={t('keys.account.hint')}>
              {text('account')}
            </Field>
          )}
          <Field id="key-budget" label={t('keys.budget.usd')} hint={t('keys.empty')}>
            {text('budget', { min: 0, step: 'any' })}
          </Field>
          <Field id="key-period" label={t('keys.period')}>
            <select
              id="key-period"
              class="input"
              value={fields.period}
              onChange={({ currentTarget }) =>
                change({ period: currentTarget.value as Key['budget_period'] })
              }
            >
              {(['total', 'month', 'day'] as const).map((period) => (
                <option key={period} value={period}>
                  {t(`period.${period}`)}
                </option>
              ))}
            </select>
          </Field>
          <Field id="key-rpm" label={t('keys.rpm.label')} hint={t('keys.empty')}>
            {text('rpm', { min: 1, step: 1 })}
          </Field>
          <Field id="key-concurrency" label={t('keys.concurrency.label')} hint={t('keys.empty')}>
            {text('concurrency', { min: 1, step: 1 })}
          </Field>
          <Field id="key-expires" label={t('keys.expires.label')} hint={t('keys.empty')}>
            <input
              id="key-expires"
              class="input"
              type="date"
              value={fields.expires}
              onInput={(event) => change({ expires: event.currentTarget.value })}
            />
          </Field>
          <Field id="key-models" label={t('keys.models')} hint={t('keys.models.hint')}>
            {text('models')}
          </Field>
        </div>
        <CheckList
          legend={t('keys.scopes')}
          words={scopes}
          checked={fields.scopes}
          onChange={(checked) => change({ scopes: checked })}
          toLabel={(scope) => t(`scope.${scope}`)}
        />
      </SavingForm>
    </Dialog>
  )
}

function toFields(key: Key | null) {
  const number = (value: number | null | undefined) => (value == null ? '' : String(value))
  return {
    name: key?.name ?? '',
    account: '',
    budget: number(key?.budget_usd),
    period: key?.budget_period ?? ('month' as const),
    rpm: number(key?.rpm),
    concurrency: number(key?.concurrency),
    expires:
      key?.expires_at == null ? '' : new Date(key.expires_at * 1000).toISOString().slice(0, 10),
    models: key?.models?.join(', ') ?? '',
    scopes: key?.scopes ?? scopes,
  }
}

/** Of that UTC day, in Unix seconds. */
function toEnd(day: string): number | null {
  return day === '' ? null : Date.parse(`${day}T23:59:59Z`) / 1000
}

function toBody(fields: ReturnType<typeof toFields>, edited: Key | null): JsonObject {
  const number = (text: string) => (text === '' ? null : Number(text))
  const models = fields.models
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '')
  return {
    name: fields.name.trim() === '' ? 'key' : fields.name,
    ...(fields.account.trim() !== '' && { account: fields.account.trim() }),
    budget_usd: number(fields.budget),
    budget_period: fields.period,
    rpm: number(fields.rpm),
    concurrency: number(fields.concurrency),
    // A day that is as it was keeps its hour.
    ...(fields.expires !== toFields(edited).expires && { expires_at: toEnd(fields.expires) }),
    scopes: [...fields.scopes],
    models: models.length === 0 ? null : models,
  }
}
