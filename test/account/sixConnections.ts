// What Cloudflare does to the calls of one object and no local runtime does: six may wait for the
// headers of their answers, the others stand in a queue, while their callers' clocks run.

import type { Lent } from '../objects/soloHost.ts'

const CONNECTIONS = 6

type Send = (signal: AbortSignal | undefined) => Promise<Response>

/** `send` in its turn; a queued one whose caller hangs up is never sent. */
export function createSixConnections(
  lent: Lent,
): (send: Send, signal?: AbortSignal) => Promise<Response> {
  const queue: AbortController[] = []
  let open = 0
  return async (send, signal) => {
    if (open === CONNECTIONS) await standInQueue(lent, queue, signal)
    else open += 1
    try {
      return await send(signal)
    } finally {
      // Handed to the next in the queue, or free.
      const next = queue.shift()
      if (next === undefined) open -= 1
      else next.abort()
    }
  }
}

async function standInQueue(
  lent: Lent,
  queue: AbortController[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const turn = new AbortController()
  queue.push(turn)
  const either = AbortSignal.any([turn.signal, ...(signal === undefined ? [] : [signal])])
  await lent.wait(Infinity, () => undefined, either).catch(() => undefined)
  if (turn.signal.aborted) return
  queue.splice(queue.indexOf(turn), 1)
  signal?.throwIfAborted()
}
