// Two limits on one wait: how long altogether, and how long without news. They end the waiting, not
// the video, and the error says which of them it was.

import type { Now, Sleep } from './ports.ts'

export interface WaitLimitOptions {
  /** Longest time without any news, in ms; default none. */
  readonly silenceMs?: number | undefined
  /** Longest time altogether, in ms; default none. */
  readonly totalMs?: number | undefined
}

/** The wait ended, not the video: it goes on, and following it again later finds it. */
export class WaitLimitError extends Error {
  override readonly name = 'WaitLimitError'
  readonly limit: 'silence' | 'total'
  readonly limitMs: number

  constructor(limit: 'silence' | 'total', limitMs: number) {
    const seconds = Math.round(limitMs / 1000)
    super(
      limit === 'total'
        ? `The total wait limit of ${seconds} s passed before the video was finished.`
        : `The silence limit passed: no news about the video for ${seconds} s.`,
    )
    this.limit = limit
    this.limitMs = limitMs
  }
}

export interface WaitLimits {
  /** News came: the silence is over. */
  hearNews(): void
  /** The outcome of `work`, unless a limit passes first. Whoever raced must then end the work. */
  race<T>(work: Promise<T>): Promise<T>
}

/** Both limits count from now, across whatever is raced. */
export function createWaitLimits(
  { now, sleep }: { readonly now: Now; readonly sleep: Sleep },
  { totalMs = Infinity, silenceMs = Infinity }: WaitLimitOptions,
): WaitLimits {
  const startedAt = now()
  let newsAt = startedAt

  return {
    hearNews() {
      newsAt = now()
    },
    async race(work) {
      const totalLeftMs = startedAt + totalMs - now()
      const silenceLeftMs = newsAt + silenceMs - now()
      const leftMs = Math.min(totalLeftMs, silenceLeftMs)
      if (leftMs === Infinity) return await work
      const timer = new AbortController()
      const expire = async (): Promise<never> => {
        await sleep(Math.max(0, leftMs), timer.signal)
        throw totalLeftMs <= silenceLeftMs
          ? new WaitLimitError('total', totalMs)
          : new WaitLimitError('silence', silenceMs)
      }
      try {
        return await Promise.race([work, expire()])
      } finally {
        timer.abort()
      }
    },
  }
}
