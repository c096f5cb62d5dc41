// Gives a piece of work a signal that is aborted after a while. The work decides how it ends.

import type { Sleep } from '../../shared/ports.ts'

export async function runWithin<T>(
  ms: number,
  sleep: Sleep,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController()
  const done = new AbortController()
  const timer = sleep(Math.max(0, ms), done.signal).then(
    () => deadline.abort(new Error(`not done within ${Math.round(ms / 1000)} s`)),
    // Ended in time: the sleep was called off.
    () => undefined,
  )
  try {
    return await work(deadline.signal)
  } finally {
    done.abort(new Error('done'))
    await timer
  }
}
