// One reader of one log: catch-up, then live, comments while nothing happens. A reader pulls, so it
// holds no more than it was just given, and how slow it is matters to nobody else.

import type { LogEntry } from '../../shared/video/events.ts'
import { LimitReached, Limits, type Clock } from '../../shared/limits.ts'
import { encodeEvent } from '../../shared/wire/sse.ts'
import type { Log } from './log.ts'

export interface ReaderOptions extends Clock {
  readonly log: Log
  /** The last offset the reader has; 0 for all. */
  readonly after: number
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
export async function waitForEnd(log: Log, ms: number, clock: Clock): Promise<void> {
  if (log.isClosed || ms <= 0) return
  const limits = new Limits(clock, { wait: ms })
  let leave: (() => void) | undefined
  try {
    limits.start('wait')
    await limits.race(
      new Promise<void>((resolve) => {
        leave = log.onAnnounce(() => {
          if (log.isClosed) resolve()
        })
      }),
    )
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error
  } finally {
    leave?.()
    limits.end()
  }
}

/**
 * Wakes one reader when its log has grown, or when it has waited for long. All its waits share one
 * timer: nearly all of them end early, and a timer for each would cost more than the event.
 */
class News {
  readonly #options: ReaderOptions
  readonly #leave: () => void
  #limits: Limits<'comment'>
  #hasNews = false
  #wake: (() => void) | null = null

  constructor(options: ReaderOptions) {
    this.#options = options
    this.#limits = this.#createLimits()
    this.#leave = options.log.onAnnounce(() => {
      this.#hasNews = true
      this.#wake?.()
    })
  }

  /** True as soon as the log has grown since the last wait, false after `commentMs`. */
  async wait(): Promise<boolean> {
    if (!this.#hasNews) {
      this.#limits.start('comment')
      try {
        await this.#limits.race(new Promise<void>((resolve) => (this.#wake = resolve)))
      } catch (error) {
        if (!(error instanceof LimitReached)) throw error
        this.#limits = this.#createLimits()
        return false
      }
      this.#limits.stop('comment')
    }
    this.#hasNews = false
    return true
  }

  stop(): void {
    this.#leave()
    this.#limits.end()
  }

  #createLimits(): Limits<'comment'> {
    return new Limits(this.#options, { comment: this.#options.commentMs })
  }
}
