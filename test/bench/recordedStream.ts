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

interface Recording {
  readonly file: string
  /** What stands in the one frame that is said again. */
  readonly mark: string
  /** What is said in its place, with another percentage each time. */
  readonly say: (percent: string, i: number) => string
  /** What else changes from frame to frame. */
  readonly vary?: (frame: string, i: number) => string
}

/** Words as a model chooses them, one after the other: no two sentences alike. */
const words = ['kite', 'over', 'the', 'harbour', 'slowly', 'at', 'dawn', 'while', 'waves', 'break']

const recordings = {
  /** Prose in `content`, some 200 bytes per chunk. */
  prose: {
    file: 'd1-english.sse',
    mark: 'Progress 8',
    say: (percent: string) => `Progress ${percent}`,
  },
  /** No two chunks alike: another id in each, and prose that never says the same again. */
  unlike: {
    file: 'd1-english.sse',
    mark: 'Progress 8',
    say: (percent: string, i: number) =>
      `${[7, 3, 1].map((step) => words[Math.floor(i / step) % words.length]).join(' ')} Progress ${percent}`,
    vary: (frame: string, i: number) => frame.replace('chatcmpl-r1', `chatcmpl-${i * 7919}`),
  },
  /** A fork with empty fields in every chunk, progress in `reasoning_content`. */
  reasoning: {
    file: 'd3-reasoning-progress.sse',
    mark: 'Progress**: 12%',
    say: (percent: string) => `Progress**: ${percent}%`,
  },
} as const satisfies Record<string, Recording>

export type RecordingName = keyof typeof recordings

/** `repeats` progress chunks instead of the recording's own one. */
export function stretchRecording(name: RecordingName, repeats: number): RecordedStream {
  const { file, mark, say, vary = (text: string) => text }: Recording = recordings[name]
  const frames = readFileSync(join(folder, file), 'utf8')
    .split('\n\n')
    .filter((frame) => frame !== '')
  const at = frames.findIndex((frame) => frame.includes(mark))
  const frame = frames[at]
  if (frame === undefined) throw new Error(`${file} has no progress to repeat`)
  const middle = Array.from({ length: repeats }, (_, i) =>
    vary(frame.replace(mark, say(((100 * (i + 1)) / (repeats + 1)).toFixed(3), i)), i),
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
