// A Transport that plays recorded answers in order and remembers what was asked. One step of a body
// may be a silence or a broken connection, the two things that recorded bytes cannot show.

import type { Sleep, Transport, TransportRequest } from '../../shared/ports.ts'

export type BodyStep = string | Uint8Array | { readonly silentMs: number } | 'BREAK'

export interface ScriptedAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: readonly BodyStep[]
}

export interface ScriptedTransport extends Transport {
  readonly requests: readonly TransportRequest[]
}

/** `'REFUSE'` is a connection that gives no answer at all. */
export function createScriptedTransport(
  sleep: Sleep,
  script: readonly (ScriptedAnswer | 'REFUSE')[],
): ScriptedTransport {
  const requests: TransportRequest[] = []
  return {
    requests,
    async send(request) {
      request.signal?.throwIfAborted()
      const answer = script[requests.length]
      requests.push(request)
      if (answer === undefined) throw new Error(`the script ends before ${request.url}`)
      if (answer === 'REFUSE') throw new Error('connection refused')
      const headers = new Map(Object.entries(answer.headers ?? {}))
      return {
        status: answer.status ?? 200,
        header: (name) => headers.get(name.toLowerCase()) ?? null,
        body: play(answer.body ?? [], sleep, request.signal),
      }
    },
  }
}

async function* play(steps: readonly BodyStep[], sleep: Sleep, signal: TransportRequest['signal']) {
  const encoder = new TextEncoder()
  for (const step of steps) {
    if (step === 'BREAK') throw new Error('connection reset')
    if (typeof step === 'string') yield encoder.encode(step)
    else if (step instanceof Uint8Array) yield step
    else await sleep(step.silentMs, signal)
  }
}
