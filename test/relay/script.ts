// What a server does on one connection, as a list of steps: HTTP, raw bytes, waiting, dying.
// Scripts are plain iterables, so a cut, a stall or an endless stream is a loop, not a callback.

export type Step =
  | { readonly type: 'head'; readonly status: number; readonly headers: HeadersOf }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  /** Past HTTP: these bytes go onto the socket as they are. */
  | { readonly type: 'raw'; readonly bytes: Uint8Array }
  | { readonly type: 'wait'; readonly ms: number; readonly progress: number | null }
  /** Nothing more, until the other side gives up. */
  | { readonly type: 'silence' }
  /** The regular end of the body. */
  | { readonly type: 'end' }
  /** TCP FIN in the middle. */
  | { readonly type: 'fin' }
  /** TCP RST. */
  | { readonly type: 'reset' }
  /** From here on a real relay bills. */
  | { readonly type: 'bill' }

export type Script = Iterable<Step>
export type HeadersOf = Readonly<Record<string, string>>

const encoder = new TextEncoder()

export const bytes = (content: string | Uint8Array): Step => ({
  type: 'bytes',
  bytes: typeof content === 'string' ? encoder.encode(content) : content,
})
export const head = (status: number, headers: HeadersOf): Step => ({
  type: 'head',
  status,
  headers,
})
export const raw = (text: string): Step => ({ type: 'raw', bytes: encoder.encode(text) })
/** `progress` is what the relay has reported when it begins to wait. */
export const wait = (ms: number, progress: number | null = null): Step => ({
  type: 'wait',
  ms,
  progress,
})
export const silence: Step = { type: 'silence' }
export const end: Step = { type: 'end' }
export const fin: Step = { type: 'fin' }
export const reset: Step = { type: 'reset' }
export const bill: Step = { type: 'bill' }

/** One whole answer in one go. */
export function* answer(status: number, contentType: string, body: string | Uint8Array): Script {
  yield head(status, { 'content-type': contentType })
  yield bytes(body)
  yield end
}

/** The script until it has reported `percent`, then `ending` instead of the rest. */
export function* cutAtProgress(script: Script, percent: number, ending: Script): Script {
  for (const step of script) {
    yield step
    if (step.type === 'wait' && step.progress !== null && step.progress >= percent) {
      yield* ending
      return
    }
  }
}

/** The script until `limit` bytes of body were sent, then `ending`. */
export function* cutAtByte(script: Script, limit: number, ending: Script): Script {
  let sent = 0
  for (const step of script) {
    if (step.type !== 'bytes') {
      yield step
      continue
    }
    const part = step.bytes.subarray(0, limit - sent)
    yield { type: 'bytes', bytes: part }
    sent += part.length
    if (sent === limit) {
      yield* ending
      return
    }
  }
}
