// Something that is shown once, with a way to take it along.

import { CopyButton } from '../parts/CopyButton.tsx'
import { t } from '../strings/t.ts'

interface SecretProps {
  readonly secret: string
  readonly note: string
}

export function Secret({ secret, note }: SecretProps) {
  return (
    <div class="notice stack tight">
      <p>{note}</p>
      <div class="row">
        <code class="mono break secret">{secret}</code>
        <CopyButton class="button small" text={secret}>
          {t('copy.label')}
        </CopyButton>
      </div>
    </div>
  )
}
