// One webhook endpoint: where it is, whether it answers, and what it was told.

import { useState } from 'preact/hooks'
import { announce } from '../parts/announce.ts'
import { ConfirmButton } from '../parts/ConfirmButton.tsx'
import { Problem } from '../parts/Problem.tsx'
import { useAction } from '../parts/useAction.ts'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'
import type { Endpoint, EndpointTest, EndpointWithSecret } from './answers.ts'
import { Deliveries } from './Deliveries.tsx'
import { EndpointForm } from './EndpointForm.tsx'
import { Secret } from './Secret.tsx'

interface EndpointCardProps {
  readonly endpoint: Endpoint
  readonly onChanged: () => Promise<void>
}

export function EndpointCard({ endpoint, onChanged }: EndpointCardProps) {
  const { api } = useSession()
  const [isEdited, setEdited] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const [tested, setTested] = useState<EndpointTest | null>(null)
  const action = useAction()
  const path = `/webhook_endpoints/${encodeURIComponent(endpoint.id)}`
  const [type = 'video.completed'] = endpoint.event_types
  const test = async () => {
    setTested(null)
    const answer = await api.call('POST', `${path}/test`, { event_type: type })
    setTested(answer as unknown as EndpointTest)
  }
  const rotate = async () => {
    const body = { keep_old_secret_active_for_24_hours: true }
    const answer = await api.call('POST', `${path}/rotate_secret`, body)
    setSecret((answer as unknown as EndpointWithSecret).signing_secret)
    await onChanged()
  }
  const remove = async () => {
    await api.call('DELETE', path)
    await onChanged()
    announce(t('done.deleted'))
  }
  return (
    <li class="card stack tight">
      <div class="row between">
        <h3>{endpoint.name}</h3>
        <span class="row">
          {endpoint.event_types.map((one) => (
            <code key={one} class="badge mono">
              {one}
            </code>
          ))}
          {endpoint.disabled_at !== null && (
            <span class="badge bad">{t('endpoints.disabled')}</span>
          )}
        </span>
      </div>
      <p class="mono break quiet">{endpoint.url}</p>
      {tested !== null && (
        <p class={`notice small ${tested.success ? '' : 'bad'}`} role="status">
          {t(tested.success ? 'endpoints.tested.ok' : 'endpoints.tested.bad', {
            status: tested.status_code,
          })}
        </p>
      )}
      {secret !== null && <Secret secret={secret} note={t('endpoints.secret.rotated')} />}
      {action.error !== null && <Problem error={action.error} />}
      <div class="row">
        <button type="button" class="button small" onClick={() => void action.run(test)}>
          {t('endpoints.test')}
        </button>
        <button type="button" class="button small" onClick={() => setEdited(true)}>
          {t('common.edit')}
        </button>
        <button type="button" class="button small" onClick={() => void action.run(rotate)}>
          {t('endpoints.rotate')}
        </button>
        <ConfirmButton
          class="button plain small"
          label={t('common.delete')}
          question={t('done.delete.sure')}
          onConfirm={() => void action.run(remove)}
        />
      </div>
      <Deliveries path={path} />
      {isEdited && (
        <EndpointForm endpoint={endpoint} onClose={() => setEdited(false)} onSaved={onChanged} />
      )}
    </li>
  )
}
