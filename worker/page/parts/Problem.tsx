// What went wrong and what to do: one sentence of ours for every code there is, the gateway's words
// below it.

import { ApiError } from '../../../shared/client/error.ts'
import { failures, type FailureCode } from '../../../shared/video/failures.ts'
import { en } from '../strings/en.ts'
import { type StringKey, t } from '../strings/t.ts'

export function Problem({ error }: { readonly error: unknown }) {
  const { headline, message, code } = explain(error)
  return (
    <div class="notice bad problem" role="alert">
      <strong>{headline}</strong>
      {message !== '' && <p class="small break">{message}</p>}
      {code !== null && (
        <p class="small quiet">
          <code class="mono">{code}</code>
        </p>
      )}
    </div>
  )
}

function explain(error: unknown): { headline: string; message: string; code: string | null } {
  if (!(error instanceof ApiError)) {
    return {
      headline: t('problem.unknown'),
      message: error instanceof Error ? error.message : '',
      code: null,
    }
  }
  const { code, message } = error
  if (code === 'connection_failed') {
    return { headline: t('problem.connection_failed'), message: '', code: null }
  }
  return { headline: toHeadline(code), message, code }
}

function toHeadline(code: string | null): string {
  const key = `problem.${code ?? 'unknown'}`
  if (Object.hasOwn(en, key)) return t(key as StringKey)
  return code !== null && Object.hasOwn(failures, code)
    ? t(`failure.${code as FailureCode}`)
    : t('problem.unknown')
}
