// What operators did, newest first.

import { toDateTime } from '../parts/format.ts'
import { Problem } from '../parts/Problem.tsx'
import { useLoaded } from '../parts/useLoaded.ts'
import { Table } from '../parts/Table.tsx'
import { t } from '../strings/t.ts'
import type { AuditEntry } from './answers.ts'
import { useOperator } from './operator.ts'

export function Audit() {
  const api = useOperator()
  const { value, error } = useLoaded(
    async () =>
      ((await api.call('GET', '/audit?limit=100')) as unknown as { data: readonly AuditEntry[] })
        .data,
    [api],
  )
  if (error !== null) return <Problem error={error} />
  if (value === null) return <p aria-busy="true" />
  if (value.length === 0) return <p class="empty">{t('audit.none')}</p>
  return (
    <div class="card">
      <Table
        heads={[
          t('audit.at'),
          t('audit.deed'),
          t('audit.subject'),
          t('audit.from'),
          t('audit.answer'),
        ]}
        rows={value.map((entry, index) => ({
          key: index,
          cells: [
            toDateTime(entry.at),
            <>
              <code class="mono">{entry.deed}</code> {entry.detail}
            </>,
            <span class="break">{[entry.account, entry.subject].filter(Boolean).join(' · ')}</span>,
            [entry.token, entry.network].filter(Boolean).join(' · '),
            entry.status ?? '…',
          ],
        }))}
      />
    </div>
  )
}
