// The same thirty days in numbers, a line for each model.

import type { Usage } from '../../../shared/package/wire.ts'
import { toMoney } from '../parts/format.ts'
import { t } from '../strings/t.ts'
import { listModels } from './DayChart.tsx'

export function ModelTable({ days }: { readonly days: Usage['days'] }) {
  const sum = (model: string, field: 'generations' | 'completed' | 'failed' | 'spent_usd') =>
    days.filter((day) => day.model === model).reduce((total, day) => total + day[field], 0)
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('compose.model')}</th>
            <th scope="col">{t('usage.videos')}</th>
            <th scope="col">{t('library.completed')}</th>
            <th scope="col">{t('library.failed')}</th>
            <th scope="col">{t('usage.spent')}</th>
          </tr>
        </thead>
        <tbody>
          {listModels(days).map((model) => (
            <tr key={model}>
              <th scope="row">{model}</th>
              <td>{sum(model, 'generations')}</td>
              <td>{sum(model, 'completed')}</td>
              <td>{sum(model, 'failed')}</td>
              <td>{toMoney(sum(model, 'spent_usd'))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
