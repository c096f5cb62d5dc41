// Makes or changes a webhook endpoint. A new one's secret is shown here, once.

import { useState } from 'preact/hooks'
import { CheckList } from '../parts/CheckList.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { Field } from '../parts/Field.tsx'
import { SavingForm } from '../parts/SavingForm.tsx'
import { useAction } from '../parts/useAction.ts'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'
import type { Endpoint, EndpointWithSecret } from './answers.ts'
import { Secret } from './Secret.tsx'

const types = ['video.completed', 'video.failed'] as const

interface EndpointFormProps {
  readonly endpoint: Endpoint | null
  readonly onClose: () => void
  readonly onSaved: () => Promise<void>
}

export function EndpointForm({ endpoint, onClose, onSaved }: EndpointFormProps) {
  const { api } = useSession()
  const [name, setName] = useState(endpoint?.name ?? '')
  const [url, setUrl] = useState(endpoint?.url ?? '')
  const [chosen, setChosen] = useState(endpoint?.event_types ?? types)
  const [secret, setSecret] = useState<string | null>(null)
  const action = useAction()
  const save = async () => {
    const path = endpoint === null ? '' : `/${encodeURIComponent(endpoint.id)}`
    const host = URL.parse(url)?.host ?? url
    const body = { name: name.trim() === '' ? host : name, url, event_types: chosen }
    const saved = await api.call('POST', `/webhook_endpoints${path}`, body)
    await onSaved()
    if (endpoint !== null) return onClose()
    setSecret((saved as unknown as EndpointWithSecret).signing_secret)
  }
  return (
    <Dialog title={t(endpoint === null ? 'endpoints.new' : 'endpoints.edit')} onClose={onClose}>
      {secret !== null ? (
        <Secret secret={secret} note={t('endpoints.secret')} />
      ) : (
        <SavingForm action={action} onSave={save}>
          <Field id="endpoint-url" label={t('endpoints.url')}>
            <input
              id="endpoint-url"
              class="input"
              type="url"
              required
              placeholder="https://…"
              value={url}
              onInput={(event) => setUrl(event.currentTarget.value)}
            />
          </Field>
          <Field id="endpoint-name" label={t('common.name')} hint={t('endpoints.name.hint')}>
            <input
              id="endpoint-name"
              class="input"
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </Field>
          <CheckList
            legend={t('endpoints.types')}
            words={types}
            checked={chosen}
            onChange={setChosen}
            toLabel={(type) => <code class="mono">{type}</code>}
          />
        </SavingForm>
      )}
    </Dialog>
  )
}
