// Is the gateway set up right? What it can find out about itself, line by line.

import { toLength } from '../parts/format.ts'
import { Problem } from '../parts/Problem.tsx'
import { useLoaded } from '../parts/useLoaded.ts'
import { t } from '../strings/t.ts'
import type { Health } from './answers.ts'
import { useOperator } from './operator.ts'
import { ReloadLine } from './ReloadLine.tsx'

interface DeepHealth {
  readonly simulated_relay: boolean
  readonly relay?: string
}

/** The minute's trigger came at least twice as late as it should. */
const CRON_LATE_SECONDS = 150

export function Settings() {
  const api = useOperator()
  const loaded = useLoaded(async () => {
    const [health, deep, version] = await Promise.all([
      api.call('GET', '/health'),
      fetch('/health?deep=1').then((answer) => answer.json() as Promise<DeepHealth>),
      readVersion(),
    ])
    return { health: health as unknown as Health, deep, version }
  }, [api])
  const { value, error } = loaded
  if (error !== null) return <Problem error={error} />
  if (value === null) return <p aria-busy="true" />
  return (
    <div class="stack">
      <ul class="checks card">
        {toChecks(value.deep, value.health).map(({ isWell, words }) => (
          <li key={words} class="row">
            <span class={`badge ${isWell ? 'good' : 'bad'}`}>
              {t(isWell ? 'check.ok' : 'check.bad')}
            </span>
            <span>{words}</span>
          </li>
        ))}
      </ul>
      <ReloadLine label={t('settings.again')} loaded={loaded}>
        Reelay API {value.version} · <a href="/openapi.json">openapi.json</a>
      </ReloadLine>
      <p class="quiet small">{t('settings.more')}</p>
    </div>
  )
}

interface Check {
  readonly isWell: boolean
  readonly words: string
}

function toChecks(deep: DeepHealth, health: Health): readonly Check[] {
  const relay: Check = deep.simulated_relay
    ? { isWell: true, words: t('check.simulated') }
    : {
        isWell: deep.relay === 'ok',
        words:
          deep.relay === 'ok'
            ? t('check.relay')
            : t('check.relay.bad', { state: deep.relay ?? '?' }),
      }
  const tick = health.cron.last_tick_seconds
  const oldest = health.outbox.oldest_seconds
  return [
    relay,
    { isWell: health.store.ok, words: t('check.store', { ms: health.store.ms }) },
    { isWell: health.objects.ok, words: t('check.objects', { ms: health.objects.ms }) },
    {
      isWell: tick !== null && tick < CRON_LATE_SECONDS,
      words:
        tick === null ? t('check.cron.never') : t('check.cron', { time: toLength(tick * 1000) }),
    },
    {
      isWell: (health.outbox.overdue_seconds ?? 0) === 0,
      words: t('check.outbox', {
        n: health.outbox.pending,
        time: oldest === null ? '–' : toLength(oldest * 1000),
      }),
    },
    {
      isWell: health.lost_alarms.length === 0,
      words: t('check.alarms', { n: health.lost_alarms.length }),
    },
    {
      isWell:
        location.protocol === 'https:' ||
        location.hostname === '127.0.0.1' ||
        location.hostname === 'localhost',
      words: t('check.https', { origin: location.origin }),
    },
  ]
}

async function readVersion(): Promise<string> {
  const answer = await fetch('/openapi.json').catch(() => null)
  const document: unknown = await answer?.json().catch(() => null)
  return (document as { info?: { version?: string } } | null)?.info?.version ?? '?'
}
