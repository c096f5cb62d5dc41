// One reader of one log: catch-up, then live, comments while nothing happens. A reader pulls, so it
// holds no more than it was just given, and how slow it is matters to nobody else.

import type { LogEntry } from '../../shared/video/events.ts'
import type { Now, Sleep } from '../../shared/ports.ts'
import { encodeEvent } from '../../shared/wire/sse.ts'
import type { Log } from './log.ts'

export interface ReaderOptions {
  readonly log: Log
  /** The last offset the reader has; 0 for all. */
  readonly after: number
  readonly now: Now
  readonly sleep: Sleep
  /** Silence after which a comment is sent, ms: idle connections are cut on the way. */
  readonly commentMs: number
  /** What goes out first, before anything is read. */
  readonly opening: string
  readonly encode: (entry: LogEntry) => string | Promise<string>
}

const encoder = new TextEncoder()

export function streamLog(options: ReaderOptions): ReadableStream<Uint8Array> {
  const { log } = options
  let offset = options.after
  let opening = options.opening
  const news = new News(options)

  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const send = (text: string) => {
        if (text !== '') controller.enqueue(encoder.encode(text))
      }
      for (;;) {
        let text = opening
        opening = ''
        for (const entry of log.read(offset)) {
          const block = options.encode(entry)
          text += typeof block === 'string' ? block : await block
          offset = entry.offset
        }
        send(text)
        if (offset >= log.end && log.isClosed) {
          news.stop()
          return controller.close()
        }
        if (text !== '') return
        if (!(await news.wait())) return send(keepAlive)
      }
    },
    cancel() {
      news.stop()
    },
  })
}

const keepAlive = encodeEvent({ comment: 'keep-alive' })

/** Resolves when the log is closed, at the latest after `ms`. */
export async function waitForEnd(log: Log, ms: number, sleep: Sleep): Promise<void> {
  if (log.isClosed || ms <= 0) return
  const timer = new AbortController()
  await new Promise<void>((resolve, reject) => {
    const stop = log.onAnnounce(() => {
      if (log.isClosed) end()
    })
    const end = () => {
      stop()
      timer.abort()
      resolve()
    }
    sleep(ms, timer.signal).then(end, (error: unknown) => {
      // Called off because the log was closed; a clock that really failed must be heard.
      if (!timer.signal.aborted) reject(error)
    })
  })
}

/**
 * Wakes one reader when its log has grown, or when it has waited for long. All its waits share one
 * timer: nearly all of them end early, and a timer for each would cost more than the event.
 */
class News {
  readonly #options: Pick<ReaderOptions, 'now' | 'sleep' | 'commentMs'>
  readonly #timer = new AbortController()
  readonly #leave: () => void
  #hasNews = false
  #waitingSince: number | null = null
  #isTimed = false
  #wake: ((isNews: boolean) => void) | null = null

  constructor(options: ReaderOptions) {
    this.#options = options
    this.#leave = options.log.onAnnounce(() => {
      this.#hasNews = true
      this.#wake?.(true)
    })
  }

  /** True as soon as the log has grown since the last wait, false after `commentMs`. */
  async wait(): Promise<boolean> {
    if (!this.#hasNews) {
      this.#waitingSince = this.#options.now()
      if (!this.#isTimed) void this.#time()
      const isNews = await new Promise<boolean>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = null
      this.#waitingSince = null
      if (!isNews) return false
    }
    this.#hasNews = false
    return true
  }

  stop(): void {
    this.#leave()
    this.#timer.abort()
  }

  async #time(): Promise<void> {
    const { now, sleep, commentMs } = this.#options
    this.#isTimed = true
    try {
      while (this.#waitingSince !== null) {
        await sleep(this.#waitingSince + commentMs - now(), this.#timer.signal)
        if (this.#waitingSince !== null && this.#waitingSince + commentMs <= now()) {
          this.#wake?.(false)
          return
        }
      }
    } catch (error) {
      // Called off with its reader; a clock that really failed must be heard.
      if (!this.#timer.signal.aborted) throw error
    } finally {
      this.#isTimed = false
    }
  }
}
