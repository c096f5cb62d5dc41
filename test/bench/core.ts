// Bytes to verdict: what a chunk costs, and that it costs the same in a long stream, in small pieces
// and in a hostile text. A generation lasts minutes; there is no reader to be faster than.

import type { RelayAnswer } from '../../shared/relay/relay.ts'
import { readRelayAnswer } from '../../shared/relay/chat/readAnswer.ts'
import type { Pace } from './measure.ts'
import { median, medianRatio, takeTurns } from './measure.ts'
import { cut, stretchRecording } from './recordedStream.ts'
import type { Row } from './row.ts'
import { atMost, toMs, toTimes } from './row.ts'

const KiB = 1024
const MiB = 1024 * KiB
/** What a busy connection hands over at once. */
const PIECE_BYTES = 4 * KiB
/** One TCP packet's worth: a relay that flushes every event. */
const EVENT_BYTES = 200
/** A relay sends hundreds of chunks, so this is a few milliseconds of a video that takes minutes. */
const MOST_MICROSECONDS = 15

/** Some 60,000 events each: what an optimising compiler wants to see before it believes. */
const WARM_UPS = 15

type Pieces = readonly Uint8Array<ArrayBuffer>[]

const toBytes = (text: string) => new Uint8Array(Buffer.from(text))

export async function measureCore(pace: Pace): Promise<Row[]> {
  return [
    await timeChunks(EVENT_BYTES, pace),
    await timeChunks(PIECE_BYTES, pace),
    await timeChunks(1, pace),
    await growStream(pace),
    await readAdversary(pace),
  ]
}

async function timeChunks(size: number, pace: Pace): Promise<Row> {
  // A byte at a time is two hundred times as many calls.
  const stream = stretchRecording(size === 1 ? 200 : 4_000)
  const pieces = [...cut(stream.bytes, size)]
  const { ours } = await takeTurns(
    pace.rounds,
    { ours: () => cpuOf(() => readOurs(pieces)) },
    WARM_UPS,
  )
  const perChunk = (1000 * median(ours)) / stream.events
  return {
    section: 'Reading an answer',
    what: `prose, ${size === 1 ? 'one byte' : `${size} bytes`} at a time`,
    ours: `${perChunk.toFixed(1)} µs of CPU per chunk`,
    against: `${Math.round(stream.bytes.length / stream.events)} bytes per chunk`,
    verdict: '',
    target: size === 1 ? null : atMost(MOST_MICROSECONDS, perChunk, ' µs'),
  }
}

async function growStream(pace: Pace): Promise<Row> {
  const cutOf = (repeats: number) => [...cut(stretchRecording(repeats).bytes, PIECE_BYTES)]
  const [one, four, sixteen] = [cutOf(1_000), cutOf(4_000), cutOf(16_000)] as const
  const times = await takeTurns(
    pace.rounds,
    {
      one: () => cpuOf(() => readOurs(one)),
      four: () => cpuOf(() => readOurs(four)),
      sixteen: () => cpuOf(() => readOurs(sixteen)),
    },
    WARM_UPS,
  )
  const perEvent = medianRatio(times.sixteen, times.one) / 16
  return {
    section: 'Reading an answer',
    what: 'a stream 1×, 4×, 16× as long (1,000 chunks and up)',
    ours: [times.one, times.four, times.sixteen].map((samples) => toMs(median(samples))).join(', '),
    against: 'linear growth',
    verdict: `${toTimes(perEvent)} per event at 16×`,
    target: atMost(1.2, perEvent, '×'),
  }
}

/** Unclosed brackets, tags, labels and numbers: whatever makes a careless reader look back. */
async function readAdversary(pace: Pace): Promise<Row> {
  const cutOf = (length: number) => {
    const hostile = '[a](<video src="進度 1..`task_ https://a'.repeat(length / 32).slice(0, length)
    return toChunks(hostile, 256)
  }
  const [small, large] = [cutOf(256 * KiB), cutOf(MiB)] as const
  const times = await takeTurns(pace.rounds, {
    small: () => cpuOf(() => readOurs(small, 'may fail')),
    large: () => cpuOf(() => readOurs(large, 'may fail')),
  })
  const growth = medianRatio(times.large, times.small) / 4
  return {
    section: 'Reading an answer',
    what: '1 MiB of adversarial text, 256 characters per chunk',
    ours: toMs(median(times.large)),
    against: `${toMs(median(times.small))} for 256 KiB`,
    verdict: `${toTimes(growth)} per byte at 4×`,
    target: atMost(1.2, growth, '×'),
  }
}

function toChunks(text: string, length: number): Pieces {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  for (let at = 0; at < text.length; at += length) {
    const chunk = { choices: [{ index: 0, delta: { content: text.slice(at, at + length) } }] }
    chunks.push(toBytes(`data: ${JSON.stringify(chunk)}\n\n`))
  }
  return chunks
}

function createAnswer(): RelayAnswer {
  return readRelayAnswer(
    { status: 200, header: () => null, now: 0 },
    { baseUrl: 'https://relay.example/v1' },
  )
}

function readOurs(pieces: Pieces, mode: 'must succeed' | 'may fail' = 'must succeed'): void {
  const answer = createAnswer()
  for (const piece of pieces) answer.feed(piece)
  const { verdict } = answer.end('end')
  if (mode === 'must succeed' && verdict.is === 'failure')
    throw new Error('the recording was not understood')
}

/** ms of the processor's time. */
function cpuOf(work: () => void): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}
