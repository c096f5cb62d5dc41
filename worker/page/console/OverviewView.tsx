// How the gateway does now and how each relay did in the last 24 hours, and from whom that is known.

import { failures, type FailureCode } from '../../../shared/video/failures.ts'
import { toLength, toMoney } from '../parts/format.ts'
import { Problem } from '../parts/Problem.tsx'
import { useLoaded } from '../parts/useLoaded.ts'
import { getLanguage, t } from '../strings/t.ts'
import type { Overview } from './answers.ts'
import type { DeskViewProps } from './deskView.ts'
import { useOperator } from './operator.ts'
import { ReloadLine } from './ReloadLine.tsx'

export function OverviewView({ onView }: DeskViewProps) {
  const api = useOperator()
  const loaded = useLoaded(
    async () => (await api.call('GET', '/overview')) as unknown as Overview,
    [api],
  )
  const { value, error } = loaded
  if (error !== null) return <Problem error={error} />
  if (value === null) return <p aria-busy="true" />
  const { asked, not_reached: missing, are_all: areAll } = value.accounts
  return (
    <div class="stack">
      <ul class="figures">
        <Figure label={t('overview.running')} value={String(value.running)} />
        <Figure label={t('overview.spent')} value={toMoney(value.spent_today_usd)} />
        <Figure label={t('overview.held')} value={toMoney(value.held_usd)} />
        <li class="card">
          <button type="button" class="figure-button" onClick={() => onView('doubt')}>
            <span class="figure">{toMoney(value.in_doubt_usd)}</span>
            <span class="small quiet">{t('overview.doubt')}</span>
          </button>
        </li>
      </ul>
      <ul class="relays">
        {value.relays.map((relay) => (
          <Relay key={relay.id} relay={relay} />
        ))}
      </ul>
      <ReloadLine label={t('common.reload')} loaded={loaded}>
        {value.source === 'analytics'
          ? t('overview.source.analytics')
          : t(areAll ? 'overview.source.all' : 'overview.source.some', { n: asked })}
        {missing > 0 && ` ${t('overview.missing', { n: missing })}`}
      </ReloadLine>
    </div>
  )
}

function Figure({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <li class="card">
      <span class="figure">{value}</span>
      <span class="small quiet">{label}</span>
    </li>
  )
}

function Relay({ relay }: { readonly relay: Overview['relays'][number] }) {
  const { success_rate: rate, p50_seconds: p50, p95_seconds: p95 } = relay
  const isWell = relay.state === 'ok'
  const codes = Object.entries(relay.failures).sort(([, one], [, other]) => other - one)
  const most = codes[0]?.[1] ?? 1
  return (
    <li class="card stack tight">
      <div class="row between">
        <h2>
          {relay.id} <span class="badge">{relay.kind}</span>
        </h2>
        <span class="row">
          {relay.suspended_accounts > 0 && (
            <span class="badge bad">{t('relay.suspended', { n: relay.suspended_accounts })}</span>
          )}
          <span class={`badge ${isWell ? 'good' : 'bad'}`}>
            {isWell ? t('relay.ok') : relay.state}
          </span>
        </span>
      </div>
      <p class="facts">
        <span>
          {rate === null
            ? t('relay.idle')
            : t('relay.rate', { rate: rate.toLocaleString(getLanguage(), { style: 'percent' }) })}
        </span>
        <span>{t('relay.ended', { completed: relay.completed, failed: relay.failed })}</span>
        {p50 !== null && <span>p50 {toLength(p50 * 1000)}</span>}
        {p95 !== null && <span>p95 {toLength(p95 * 1000)}</span>}
      </p>
      {codes.length > 0 && (
        <ul class="bars" aria-label={t('relay.failures')}>
          {codes.map(([code, count]) => (
            <li key={code}>
              <span class="bar" style={{ width: `${(count / most) * 100}%` }} />
              <span class="bar-words">
                {Object.hasOwn(failures, code) ? t(`short.${code as FailureCode}`) : code}
              </span>
              <span>{count}</span>
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}
