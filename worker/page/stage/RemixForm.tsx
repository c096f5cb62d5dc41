// What should be different in another version of this video.

import { useState } from 'preact/hooks'
import { Field } from '../parts/Field.tsx'
import { Problem } from '../parts/Problem.tsx'
import { useAction } from '../parts/useAction.ts'
import { t } from '../strings/t.ts'

export function RemixForm({ onSend }: { readonly onSend: (prompt: string) => Promise<void> }) {
  const [prompt, setPrompt] = useState('')
  const action = useAction()
  const submit = (event: Event) => {
    event.preventDefault()
    if (prompt.trim() !== '') void action.run(() => onSend(prompt))
  }
  return (
    <form class="stack tight" onSubmit={submit}>
      <Field id="remix-prompt" label={t('remix.question')}>
        <textarea
          id="remix-prompt"
          class="input"
          rows={2}
          value={prompt}
          onInput={(event) => setPrompt(event.currentTarget.value)}
        />
      </Field>
      <div>
        <button type="submit" class="button primary small" aria-disabled={action.isBusy}>
          {t('remix.send')}
        </button>
      </div>
      {action.error !== null && <Problem error={action.error} />}
    </form>
  )
}
