// Thirty days as bars, a colour for each model. The table below it says the same in numbers.

import type { Usage } from '../../../shared/package/wire.ts'
import { toMoney } from '../parts/format.ts'
import { getLanguage, t } from '../strings/t.ts'

const DAYS = 30
const HEIGHT = 120
const STEP = 20
const DAY_MS = 86_400_000

type Day = Usage['days'][number]

export function DayChart({ days }: { readonly days: readonly Day[] }) {
  const models = listModels(days)
  const names = Array.from({ length: DAYS }, (_, index) =>
    new Date(Date.now() - (DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  )
  // Free videos are worth a bar, too: where nothing was spent the number of videos is drawn.
  const isPaid = days.some(({ spent_usd }) => spent_usd > 0)
  const worth = (day: Day) => (isPaid ? day.spent_usd : day.generations)
  const total = (name: string) =>
    days.filter(({ day }) => day === name).reduce((sum, day) => sum + worth(day), 0)
  const most = Math.max(...names.map(total), 0)
  if (most === 0) return <p class="empty">{t('usage.nothing')}</p>
  return (
    <figure class="chart">
      <svg
        viewBox={`0 0 ${DAYS * STEP} ${HEIGHT}`}
        role="img"
        aria-label={t('usage.chart')}
        preserveAspectRatio="none"
      >
        {names.map((name, index) => {
          let below = 0
          return models.map((model, series) => {
            const day = days.find((one) => one.day === name && one.model === model)
            const height = day === undefined ? 0 : (worth(day) / most) * (HEIGHT - 8)
            below += height
            return (
              <rect
                key={`${name} ${model}`}
                class={`series s${series % 5}`}
                x={index * STEP + 3}
                y={HEIGHT - below}
                width={STEP - 6}
                height={height}
                rx={2}
              />
            )
          })
        })}
      </svg>
      <figcaption class="row between small quiet">
        <span>{toDay(names[0] ?? '')}</span>
        <span class="row">
          {models.map((model, series) => (
            <span key={model} class="row">
              <i class={`swatch s${series % 5}`} /> {model}
            </span>
          ))}
        </span>
        <span>
          {toDay(names.at(-1) ?? '')} · {t('usage.most', { most: isPaid ? toMoney(most) : most })}
        </span>
      </figcaption>
    </figure>
  )
}

export function listModels(days: readonly Day[]): readonly string[] {
  return [...new Set(days.map(({ model }) => model))].sort()
}

function toDay(day: string): string {
  return new Date(`${day}T00:00Z`).toLocaleDateString(getLanguage(), {
    month: 'short',
    day: 'numeric',
    timeZone: 'UTC',
  })
}
