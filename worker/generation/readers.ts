// One reader of one log: catch-up, then live, comments while nothing happens. A reader pulls, so it
// holds no more than it was just given, and how slow it is matters to nobody else.

import type { LogEntry } from '../../shared/events.ts'
import type { Sleep } from '../../shared/ports.ts'
import { encodeEvent } from '../../shared/sse.ts'
import type { Log } from './log.ts'

export interface ReaderOptions {
  readonly log: Log
  /** The last offset the reader has; 0 for all. */
  readonly after: number
  readonly sleep: Sleep
  /** Silence after which a comment is sent, ms: idle connections are cut on the way. */
  readonly commentMs: number
  /** What goes out first, before anything is read. */
  readonly opening: string
  readonly encode: (entry: LogEntry) => string | Promise<string>
}

export function streamLog(options: ReaderOptions): ReadableStream<Uint8Array> {
  const { log, sleep, commentMs } = options
  const encoder = new TextEncoder()
  let offset = options.after
  let opening = options.opening
  const change = new ChangeSignal(log)

  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const send = (text: string) => {
        if (text !== '') controller.enqueue(encoder.encode(text))
      }
      if (opening !== '') {
        send(opening)
        opening = ''
        return
      }
      for (;;) {
        let text = ''
        for (const entry of log.read(offset)) {
          text += await options.encode(entry)
          offset = entry.offset
        }
        send(text)
        if (offset >= log.end && log.isClosed) {
          change.stop()
          return controller.close()
        }
        if (text !== '') return
        if (!(await change.within(commentMs, sleep))) return send(keepAlive)
      }
    },
    cancel() {
      change.stop()
    },
  })
}

const keepAlive = encodeEvent({ comment: 'keep-alive' })

/** Resolves when the log is closed, at the latest after `ms`. */
export async function waitForEnd(log: Log, ms: number, now: () => number, sleep: Sleep) {
  const until = now() + ms
  const change = new ChangeSignal(log)
  try {
    while (!log.isClosed && now() < until) await change.within(until - now(), sleep)
  } finally {
    change.stop()
  }
}

/** Remembers that the log changed since it was last asked, so that no change falls between. */
class ChangeSignal {
  readonly stop: () => void
  #changed = false
  #wake: (() => void) | null = null

  constructor(log: Log) {
    this.stop = log.onAnnounce(() => {
      this.#changed = true
      this.#wake?.()
    })
  }

  /** True as soon as the log has changed, false after `ms`. */
  async within(ms: number, sleep: Sleep): Promise<boolean> {
    if (!this.#changed) {
      const timer = new AbortController()
      const changed = new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      const slept = sleep(ms, timer.signal).catch((error: unknown) => {
        // Called off below because the log moved on; a clock that really failed must be heard.
        if (!timer.signal.aborted) throw error
      })
      await Promise.race([changed, slept])
      timer.abort(new Error('changed'))
      this.#wake = null
    }
    const changed = this.#changed
    this.#changed = false
    return changed
  }
}
