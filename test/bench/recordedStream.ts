// A recording of our own, stretched: the same head and end around as many progress chunks as asked
// for, each with another percentage. Long streams exist; nobody keeps a recording of one.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface RecordedStream {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Server-sent events in it. */
  readonly events: number
}

/** Prose in `content`, some 200 bytes per chunk. */
const file = join(import.meta.dirname, '../fixtures/relay/d1-english.sse')
/** What stands in the one frame that is said again. */
const MARK = 'Progress 8'

/** `repeats` progress chunks instead of the recording's own one. */
export function stretchRecording(repeats: number): RecordedStream {
  const frames = readFileSync(file, 'utf8')
    .split('\n\n')
    .filter((frame) => frame !== '')
  const at = frames.findIndex((frame) => frame.includes(MARK))
  const frame = frames[at]
  if (frame === undefined) throw new Error(`${file} has no progress to repeat`)
  const middle = Array.from({ length: repeats }, (_, i) =>
    frame.replace(MARK, `Progress ${((100 * (i + 1)) / (repeats + 1)).toFixed(3)}`),
  )
  const all = [...frames.slice(0, at), ...middle, ...frames.slice(at + 1)]
  return {
    bytes: new Uint8Array(Buffer.from(all.map((one) => `${one}\n\n`).join(''))),
    events: all.length,
  }
}

/** The same bytes in pieces of `size`, as a network might cut them. */
export function* cut(
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
