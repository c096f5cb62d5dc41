// What an endpoint was told last, what it answered, and telling it again.

import { announce } from '../parts/announce.ts'
import { toAge } from '../parts/format.ts'
import { Problem } from '../parts/Problem.tsx'
import { useAction } from '../parts/useAction.ts'
import { useLoaded } from '../parts/useLoaded.ts'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'
import type { Delivery } from './answers.ts'

/** The latest few: enough to see whether it is well. */
const SHOWN = 8

export function Deliveries({ path }: { readonly path: string }) {
  const { api } = useSession()
  const { value, error, reload } = useLoaded(
    async () =>
      (
        (await api.call('GET', `${path}/deliveries?limit=${SHOWN}`)) as unknown as {
          data: readonly Delivery[]
        }
      ).data,
    [api, path],
  )
  const action = useAction()
  const replay = (id: string) =>
    void action.run(async () => {
      await api.call('POST', `${path}/deliveries/${encodeURIComponent(id)}/replay`)
      await reload()
      announce(t('deliveries.replayed'))
    })
  if (error !== null) return <Problem error={error} />
  if (value === null || value.length === 0) return null
  return (
    <details open>
      <summary>{t('deliveries.title')}</summary>
      {action.error !== null && <Problem error={action.error} />}
      <ul class="deliveries">
        {value.map((delivery) => (
          <li key={delivery.id} class="row between">
            <span class="small">
              <span class={`badge ${looks[delivery.state]}`}>
                {t(`delivery.${delivery.state}`)}
              </span>{' '}
              <code class="mono">{delivery.event_type}</code>{' '}
              <span class="quiet">
                {delivery.status_code !== null && `HTTP ${delivery.status_code} · `}
                {t('deliveries.attempts', { n: delivery.attempts })} · {toAge(delivery.created_at)}
                {delivery.problem !== null && ` · ${delivery.problem}`}
              </span>
            </span>
            <button type="button" class="button small" onClick={() => replay(delivery.id)}>
              {t('deliveries.replay')}
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}

const looks = { pending: 'warn', delivered: 'good', failed: 'bad' } as const
