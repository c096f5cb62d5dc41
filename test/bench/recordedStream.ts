// A recording of our own, stretched: the same head and end around as many progress chunks as asked
// for, no two alike. Long streams exist; nobody keeps a recording of one.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface RecordedStream {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Server-sent events in it. */
  readonly events: number
}

const folder = join(import.meta.dirname, '../fixtures/relay')

/** Which recording, and the part of it that is said again with another percentage each time. */
const recordings = {
  /** Prose in `content`, some 200 bytes per chunk. */
  prose: {
    file: 'd1-english.sse',
    mark: 'Progress 8',
    say: (percent: string) => `Progress ${percent}`,
  },
  /** A fork with empty fields in every chunk, progress in `reasoning_content`. */
  reasoning: {
    file: 'd3-reasoning-progress.sse',
    mark: 'Progress**: 12%',
    say: (percent: string) => `Progress**: ${percent}%`,
  },
} as const

export type RecordingName = keyof typeof recordings

/** `repeats` progress chunks instead of the recording's own one. */
export function stretchRecording(name: RecordingName, repeats: number): RecordedStream {
  const { file, mark, say } = recordings[name]
  const frames = readFileSync(join(folder, file), 'utf8')
    .split('\n\n')
    .filter((frame) => frame !== '')
  const at = frames.findIndex((frame) => frame.includes(mark))
  const frame = frames[at]
  if (frame === undefined) throw new Error(`${file} has no progress to repeat`)
  const middle = Array.from({ length: repeats }, (_, i) =>
    frame.replace(mark, say(((100 * (i + 1)) / (repeats + 1)).toFixed(3))),
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
