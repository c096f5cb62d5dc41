// The same thirty days in numbers, a line for each model.

import type { Usage } from '../../../shared/package/wire.ts'
import { toMoney } from '../parts/format.ts'
import { Table } from '../parts/Table.tsx'
import { t } from '../strings/t.ts'
import { listModels } from './DayChart.tsx'

export function ModelTable({ days }: { readonly days: Usage['days'] }) {
  const sum = (model: string, field: 'generations' | 'completed' | 'failed' | 'spent_usd') =>
    days.filter((day) => day.model === model).reduce((total, day) => total + day[field], 0)
  return (
    <Table
      heads={[
        t('compose.model'),
        t('usage.videos'),
        t('library.completed'),
        t('library.failed'),
        t('usage.spent'),
      ]}
      rows={listModels(days).map((model) => ({
        key: model,
        cells: [
          model,
          sum(model, 'generations'),
          sum(model, 'completed'),
          sum(model, 'failed'),
          toMoney(sum(model, 'spent_usd')),
        ],
      }))}
    />
  )
}
