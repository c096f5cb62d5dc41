// Streams with too much, too slow or the wrong bytes. Everything is produced while it is sent, so a
// flood of any size costs the simulator no memory.

import { constants, crc32, deflateRawSync } from 'node:zlib'
import { EVENT_STREAM } from '../scenario.ts'
import { bill, bytes, cutAtProgress, end, head, wait, type Script } from '../script.ts'
import { succeed, type AnswerFault } from './knobs.ts'

const MEBIBYTE = 1024 * 1024
const KEEP_ALIVE = ': keep-alive\n\n'
const EVENT = 'data: {"choices":[{"index":0,"delta":{"content":"."},"finish_reason":null}]}\n\n'
/** 0xff is in no UTF-8 text; the last two are the start of a character without its rest. */
const BROKEN_TEXT = Uint8Array.of(0xff, 0xfe, 0xe4, 0xb8)

export const volumeFaults = {
  slowloris: (knobs) => (visit) => dribble(succeed(knobs)(visit), 1, knobs.everyMs ?? 10_000),
  infinite: (knobs) => (visit) =>
    cutAtProgress(succeed(knobs)(visit), 12, repeat(KEEP_ALIVE, Infinity, knobs.everyMs ?? 1000)),
  flood:
    ({ bytes: size = 100_000_000, ...knobs }) =>
    (visit) =>
      cutAtProgress(succeed(knobs)(visit), 12, repeat(EVENT.repeat(800), size, 0)),
  'huge-line':
    ({ bytes: size = 64 * MEBIBYTE, ...knobs }) =>
    (visit) =>
      cutAtProgress(succeed(knobs)(visit), 12, sendHugeLine(size)),
  'bad-utf8': (knobs) => (visit) => insertBrokenText(succeed(knobs)(visit)),
  'gzip-bomb':
    ({ bytes: size = 200 * MEBIBYTE }) =>
    () =>
      explode(Math.ceil(size / MEBIBYTE)),
  'bad-gzip': (knobs) => (visit) => claimGzip(succeed(knobs)(visit)),
} as const satisfies Record<string, AnswerFault>

/** The same bytes, a few at a time. */
export function* dribble(script: Script, size: number, everyMs: number): Script {
  for (const step of script) {
    if (step.type !== 'bytes') {
      yield step
      continue
    }
    for (let at = 0; at < step.bytes.length; at += size) {
      yield bytes(step.bytes.subarray(at, at + size))
      yield wait(everyMs)
    }
  }
}

function* repeat(text: string, size: number, everyMs: number): Script {
  for (let sent = 0; sent < size; sent += text.length) {
    yield bytes(text)
    if (everyMs > 0) yield wait(everyMs)
  }
  yield end
}

function* sendHugeLine(size: number): Script {
  yield bytes('data: {"filler":"')
  yield* repeat('a'.repeat(64 * 1024), size, 0)
}

/** Behind the first progress report, inside the text of a chunk that is otherwise in order. */
function* insertBrokenText(script: Script): Script {
  const [before = '', after = ''] = EVENT.split('.')
  let inserted = false
  for (const step of script) {
    yield step
    if (inserted || step.type !== 'wait') continue
    yield bytes(Buffer.concat([Buffer.from(before), BROKEN_TEXT, Buffer.from(after)]))
    inserted = true
  }
}

/** A correct gzip file of `mebibytes` MiB of comments, about a thousandth of that on the wire. */
function* explode(mebibytes: number): Script {
  yield head(200, { ...EVENT_STREAM, 'content-encoding': 'gzip' })
  yield bill
  const plain = Buffer.alloc(MEBIBYTE, KEEP_ALIVE)
  // Ends on a byte, so that the same deflated block may follow itself.
  const block = deflateRawSync(plain, { finishFlush: constants.Z_FULL_FLUSH })
  yield bytes(Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3))
  let checksum = 0
  for (let index = 0; index < mebibytes; index++) {
    yield bytes(block)
    checksum = crc32(plain, checksum)
  }
  const tail = Buffer.alloc(10)
  tail.writeUInt16LE(0x0003, 0) // an empty last block
  tail.writeUInt32LE(checksum, 2)
  tail.writeUInt32LE((mebibytes * MEBIBYTE) % 2 ** 32, 6)
  yield bytes(tail)
  yield end
}

function* claimGzip(script: Script): Script {
  for (const step of script) {
    const isHead = step.type === 'head'
    yield isHead ? head(200, { ...step.headers, 'content-encoding': 'gzip' }) : step
  }
}
