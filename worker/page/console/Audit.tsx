// What operators did, newest first.

import { toDateTime } from '../parts/format.ts'
import { Problem } from '../parts/Problem.tsx'
import { useLoaded } from '../parts/useLoaded.ts'
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
    <div class="scroll card">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('audit.at')}</th>
            <th scope="col">{t('audit.deed')}</th>
            <th scope="col">{t('audit.subject')}</th>
            <th scope="col">{t('audit.from')}</th>
            <th scope="col">{t('audit.answer')}</th>
          </tr>
        </thead>
        <tbody>
          {value.map((entry, index) => (
            <tr key={index}>
              <td>{toDateTime(entry.at)}</td>
              <td>
                <code class="mono">{entry.deed}</code> {entry.detail}
              </td>
              <td class="break">{[entry.account, entry.subject].filter(Boolean).join(' · ')}</td>
              <td>{[entry.token, entry.network].filter(Boolean).join(' · ')}</td>
              <td>{entry.status ?? '…'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
