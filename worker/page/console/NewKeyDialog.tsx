// A new key, shown once, with the first things that its owner will want to type.

import { toSnippet } from '../code/snippets.ts'
import { CopyButton } from '../parts/CopyButton.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { Secret } from '../automations/Secret.tsx'
import { t } from '../strings/t.ts'
import type { NewKey } from './answers.ts'

interface NewKeyDialogProps {
  readonly made: NewKey
  readonly onClose: () => void
}

export function NewKeyDialog({ made, onClose }: NewKeyDialogProps) {
  const { origin } = location
  const env = `REELAY_BASE_URL=${origin}/v1\nREELAY_API_KEY=${made.key}`
  const curl = toSnippet('cURL', origin, { prompt: 'A paper boat' })
  return (
    <Dialog title={t('keys.made', { name: made.name })} onClose={onClose}>
      <Secret secret={made.key} note={t('keys.once')} />
      <p>
        <a href={`${origin}/#key=${made.key}`}>{t('keys.page')}</a>
      </p>
      {[env, curl].map((text) => (
        <div key={text} class="snippet">
          <pre tabIndex={0}>
            <code>{text}</code>
          </pre>
          <CopyButton class="button small" text={text}>
            {t('copy.label')}
          </CopyButton>
        </div>
      ))}
    </Dialog>
  )
}
