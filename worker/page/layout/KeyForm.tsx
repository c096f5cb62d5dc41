// Asks for a key. What is wrong with it stands right below the field.

import { useState } from 'preact/hooks'
import { ApiError } from '../../../shared/client/error.ts'
import { Field } from '../parts/Field.tsx'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'

interface KeyFormProps {
  readonly id: string
  readonly onDone?: () => void
}

export function KeyForm({ id, onDone }: KeyFormProps) {
  const { enter, state, problem, isRemembered } = useSession()
  const [text, setText] = useState('')
  const [onDevice, setOnDevice] = useState(isRemembered)
  const [isEmpty, setEmpty] = useState(false)
  const submit = (event: Event) => {
    event.preventDefault()
    setEmpty(text.trim() === '')
    if (text.trim() === '') return document.getElementById(id)?.focus()
    enter(text.trim(), onDevice)
    onDone?.()
  }
  const refused = state === 'refused' ? toWords(problem) : undefined
  return (
    <form class="stack tight" onSubmit={submit} noValidate>
      <Field
        id={id}
        label={t('key.label')}
        hint={t(onDevice ? 'key.hint.device' : 'key.hint.tab')}
        problem={isEmpty ? t('key.empty') : refused}
      >
        <input
          id={id}
          class="input mono"
          type="password"
          autocomplete="off"
          spellcheck={false}
          autocapitalize="none"
          placeholder="rk_…"
          value={text}
          aria-invalid={isEmpty || refused !== undefined}
          aria-describedby={`${id}-hint`}
          onInput={(event) => {
            setText(event.currentTarget.value)
            setEmpty(false)
          }}
        />
      </Field>
      <label class="check small">
        <input
          type="checkbox"
          checked={onDevice}
          onChange={(event) => setOnDevice(event.currentTarget.checked)}
        />
        {t('key.remember')}
      </label>
      <button type="submit" class="button primary" aria-disabled={state === 'checking'}>
        {t('key.enter')}
      </button>
    </form>
  )
}

function toWords(problem: unknown): string {
  if (!(problem instanceof ApiError)) return t('problem.unknown')
  if (problem.code === 'invalid_api_key') return t('problem.invalid_api_key')
  if (problem.code === 'connection_failed') return t('problem.connection_failed')
  return problem.message
}
