// Time for tests: it stands still while anything happens and jumps to the next timer when nothing
// does, so that an hour of waiting takes a millisecond and always passes in the same order.

import type { Now, Sleep } from '../../shared/ports.ts'

interface Timer {
  readonly at: number
  fire(): void
}

export interface VirtualClock {
  readonly now: Now
  readonly sleep: Sleep
  /** Lets time pass until `work` has settled. */
  run<T>(work: Promise<T>): Promise<T>
}

export function createVirtualClock(startAt = Date.UTC(2026, 10, 22)): VirtualClock {
  let at = startAt
  const timers = new Set<Timer>()

  const sleep: Sleep = (ms, signal) =>
    new Promise((resolve, reject) => {
      const abort = (): void => {
        timers.delete(timer)
        reject(signal?.reason)
      }
      const timer: Timer = {
        at: at + ms,
        fire: () => {
          signal?.removeEventListener('abort', abort)
          resolve()
        },
      }
      if (signal?.aborted === true) return reject(signal.reason)
      signal?.addEventListener('abort', abort, { once: true })
      timers.add(timer)
    })

  return {
    now: () => at,
    sleep,
    async run(work) {
      let isSettled = false
      const settle = (): void => {
        isSettled = true
      }
      work.then(settle, settle)
      while (!isSettled) {
        // A macrotask: every promise that can go on without time has gone on.
        await new Promise((resolve) => setTimeout(resolve, 0))
        const next = [...timers].sort((a, b) => a.at - b.at)[0]
        if (isSettled || next === undefined) continue
        timers.delete(next)
        at = Math.max(at, next.at)
        next.fire()
      }
      return await work
    },
  }
}
