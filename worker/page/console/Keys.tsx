// Who may use the gateway: made, bounded, given a new secret, revoked.

import { useState } from 'preact/hooks'
import { announce } from '../parts/announce.ts'
import { ConfirmButton } from '../parts/ConfirmButton.tsx'
import { toDateTime, toMoney } from '../parts/format.ts'
import { Problem } from '../parts/Problem.tsx'
import { readList } from '../parts/readList.ts'
import { Table } from '../parts/Table.tsx'
import { useAction } from '../parts/useAction.ts'
import { useLoaded } from '../parts/useLoaded.ts'
import { t } from '../strings/t.ts'
import type { Key, NewKey } from './answers.ts'
import { KeyEditor } from './KeyEditor.tsx'
import { NewKeyDialog } from './NewKeyDialog.tsx'
import { useOperator } from './operator.ts'

export function Keys() {
  const api = useOperator()
  const [edited, setEdited] = useState<Key | 'new' | null>(null)
  const [made, setMade] = useState<NewKey | null>(null)
  const { value, error, reload } = useLoaded(() => readList<Key>(api, '/keys'), [api])
  const action = useAction()
  const rotate = (key: Key) =>
    void action.run(async () => {
      setMade((await api.call('POST', `/keys/${key.id}/rotate`, {})) as unknown as NewKey)
      await reload()
    })
  const revoke = (key: Key) =>
    void action.run(async () => {
      await api.call('DELETE', `/keys/${key.id}`)
      await reload()
      announce(t('keys.revoked'))
    })
  return (
    <div class="stack">
      <div class="row between">
        <p class="quiet">{t('keys.lead')}</p>
        <button type="button" class="button primary small" onClick={() => setEdited('new')}>
          {t('keys.new')}
        </button>
      </div>
      {error !== null && <Problem error={error} />}
      {action.error !== null && <Problem error={action.error} />}
      <div class="card">
        <Table
          heads={[
            t('common.name'),
            t('keys.account'),
            t('keys.budget'),
            t('keys.limits'),
            t('keys.used'),
            t('videos.say'),
          ]}
          rows={(value ?? []).map((key) => ({
            key: key.id,
            class: key.revoked_at === null ? '' : 'gone',
            cells: [
              <>
                {key.name}
                <br />
                <code class="mono quiet">{key.hint}</code>
              </>,
              key.account,
              toBudget(key),
              toLimits(key),
              <LastUse of={key} />,
              key.revoked_at === null ? (
                <span class="row nowrap">
                  <button type="button" class="button small" onClick={() => setEdited(key)}>
                    {t('common.edit')}
                  </button>
                  <ConfirmButton
                    class="button small"
                    label={t('keys.rotate')}
                    question={t('doubt.sure')}
                    onConfirm={() => rotate(key)}
                  />
                  <ConfirmButton
                    class="button small"
                    label={t('keys.revoke')}
                    question={t('doubt.sure')}
                    onConfirm={() => revoke(key)}
                  />
                </span>
              ) : (
                <span class="badge bad">{t('keys.revoked')}</span>
              ),
            ],
          }))}
        />
      </div>
      {edited !== null && (
        <KeyEditor
          edited={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
          onSaved={async (saved) => {
            setEdited(null)
            if (saved !== null) setMade(saved)
            await reload()
          }}
        />
      )}
      {made !== null && <NewKeyDialog made={made} onClose={() => setMade(null)} />}
    </div>
  )
}

function LastUse({ of: key }: { readonly of: Key }) {
  if (key.last_used_at == null) return '–'
  return (
    <>
      {toDateTime(key.last_used_at)}
      {key.last_network != null && (
        <>
          <br />
          <code class="mono quiet">{key.last_network}</code>
        </>
      )}
    </>
  )
}

function toBudget(key: Key): string {
  if (key.budget_usd === null) return t('spending.free', { spent: toMoney(key.spent_usd) })
  const values = {
    spent: toMoney(key.period_spent_usd),
    held: toMoney(key.period_held_usd),
    budget: toMoney(key.budget_usd),
  }
  return `${t('spending.budget', values)} ${t(`period.${key.budget_period}`)}`
}

function toLimits({ rpm, concurrency, expires_at: expires, models, scopes }: Key): string {
  return [
    scopes.join(', '),
    rpm === null ? '' : t('keys.rpm', { n: rpm }),
    concurrency === null ? '' : t('keys.concurrency', { n: concurrency }),
    expires === null ? '' : t('keys.expires', { at: toDateTime(expires) }),
    models == null ? '' : models.join(', '),
  ]
    .filter((text) => text !== '')
    .join(' · ')
}
