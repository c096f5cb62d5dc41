// Plays a recorded answer back byte for byte, in whatever pieces the network could have cut it.

import type { Scenario } from './scenario.ts'
import { bill, bytes, end, head, wait, type HeadersOf } from './script.ts'

export interface ReplayOptions {
  /** HTTP status; default 200. */
  readonly status?: number
  /** Default: `content-type: text/event-stream`. */
  readonly headers?: HeadersOf
  /** Bytes per write; default all at once. */
  readonly chunkBytes?: number
  /** Milliseconds before each write; default none. */
  readonly stepMs?: number
}

/** A recording is taken for a paid generation when its status is 200. */
export function replay(recording: Uint8Array, options: ReplayOptions = {}): Scenario {
  const { status = 200, headers = { 'content-type': 'text/event-stream' }, stepMs = 0 } = options
  const size = options.chunkBytes ?? Math.max(1, recording.length)
  return function* play() {
    yield head(status, headers)
    if (status === 200) yield bill
    for (let at = 0; at < recording.length; at += size) {
      if (stepMs > 0) yield wait(stepMs)
      yield bytes(recording.subarray(at, at + size))
    }
    yield end
  }
}
