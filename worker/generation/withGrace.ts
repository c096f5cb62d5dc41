// An order that is cancelled while its answer is under way is waited for a little longer: the answer
// names the job, without which nobody can stop it or learn what it cost.

import type { GenerationPorts } from './ports.ts'

const GRACE_MS = 10_000

/** Aborted a moment after `cancel`, for the same reason. */
export function withGrace(
  { sleep, defer }: Pick<GenerationPorts, 'sleep' | 'defer'>,
  cancel: AbortSignal,
): AbortSignal {
  const controller = new AbortController()
  const abort = () => controller.abort(cancel.reason)
  cancel.addEventListener('abort', () => defer(sleep(GRACE_MS).then(abort)), { once: true })
  return controller.signal
}
