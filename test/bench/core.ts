// Bytes to verdict, against the two readers everybody has: eventsource-parser with JSON.parse, which
// understands nothing and is the floor, and the official package's own stream.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createParser } from 'eventsource-parser'
import { Stream } from 'openai/core/streaming'
import type { RelayAnswer } from '../../shared/relay/chat/answer.ts'
import { readRelayAnswer } from '../../shared/relay/chat/readAnswer.ts'
import type { Pace } from './measure.ts'
import { median, medianRatio, takeTurns } from './measure.ts'
import type { RecordingName } from './recordedStream.ts'
import { cut, stretchRecording } from './recordedStream.ts'
import type { Row } from './row.ts'
import { atLeast, atMost, toCount, toMs, toTimes } from './row.ts'

const KiB = 1024
const MiB = 1024 * KiB
/** What a busy connection hands over at once. */
const PIECE_BYTES = 4 * KiB
/** One TCP packet's worth: a relay that flushes every event. */
const EVENT_BYTES = 200

/** Some 60,000 events each: what an optimising compiler wants to see before it believes. */
const WARM_UPS = 15

type Pieces = readonly Uint8Array<ArrayBuffer>[]

const toBytes = (text: string) => new Uint8Array(Buffer.from(text))

export async function measureCore(pace: Pace): Promise<Row[]> {
  return [
    ...(await compareReaders('prose', PIECE_BYTES, pace)),
    ...(await compareReaders('prose', EVENT_BYTES, pace)),
    ...(await compareReaders('reasoning', PIECE_BYTES, pace)),
    ...(await compareReaders('unlike', PIECE_BYTES, pace)),
    await growStream(pace),
    await shrinkPieces(pace),
    await readAdversary(pace),
    weighOpenStream(),
  ]
}

const labels = {
  prose: 'prose',
  reasoning: 'reasoning',
  unlike: 'no two chunks alike',
} as const satisfies Record<RecordingName, string>

async function compareReaders(name: RecordingName, size: number, pace: Pace): Promise<Row[]> {
  const stream = stretchRecording(name, 4_000)
  const pieces = [...cut(stream.bytes, size)]
  const times = await takeTurns(
    pace.rounds,
    {
      ours: () => timeOf(() => readOurs(pieces)),
      floor: () => timeOf(() => readFloor(pieces)),
      sdk: () => timeOf(() => readSdk(pieces)),
    },
    WARM_UPS,
  )
  const toRate = (samples: readonly number[]) => {
    const seconds = median(samples) / 1000
    return `${toCount(stream.events / seconds, 'events/s')}, ${(stream.bytes.length / 1e6 / seconds).toFixed(0)} MB/s`
  }
  const what = `${labels[name]}, ${size} bytes at a time`
  const overFloor = medianRatio(times.floor, times.ours)
  const overSdk = medianRatio(times.sdk, times.ours)
  return [
    {
      section: 'Core',
      what,
      ours: toRate(times.ours),
      against: `${toRate(times.floor)} (eventsource-parser + JSON.parse)`,
      verdict: toTimes(overFloor),
      target: atLeast(0.7, overFloor),
    },
    {
      section: 'Core',
      what,
      ours: toRate(times.ours),
      against: `${toRate(times.sdk)} (openai's Stream)`,
      verdict: toTimes(overSdk),
      target: atLeast(2, overSdk),
    },
  ]
}

async function growStream(pace: Pace): Promise<Row> {
  const cutOf = (repeats: number) => [...cut(stretchRecording('prose', repeats).bytes, PIECE_BYTES)]
  const [one, four, sixteen] = [cutOf(1_000), cutOf(4_000), cutOf(16_000)] as const
  const times = await takeTurns(
    pace.rounds,
    {
      one: () => timeOf(() => readOurs(one)),
      four: () => timeOf(() => readOurs(four)),
      sixteen: () => timeOf(() => readOurs(sixteen)),
    },
    WARM_UPS,
  )
  const perEvent = medianRatio(times.sixteen, times.one) / 16
  return {
    section: 'Core',
    what: 'a stream 1×, 4×, 16× as long (1,000 chunks and up)',
    ours: [times.one, times.four, times.sixteen].map((samples) => toMs(median(samples))).join(', '),
    against: 'linear growth',
    verdict: `${toTimes(perEvent)} per event at 16×`,
    target: atMost(1.2, perEvent, '×'),
  }
}

async function shrinkPieces(pace: Pace): Promise<Row> {
  const { bytes } = stretchRecording('prose', 1_000)
  const pieces = [...cut(bytes, 1)]
  const times = await takeTurns(pace.rounds, {
    ours: () => timeOf(() => readOurs(pieces)),
    floor: () => timeOf(() => readFloor(pieces)),
  })
  const ratio = medianRatio(times.floor, times.ours)
  return {
    section: 'Core',
    what: `prose, one byte at a time (${toCount(bytes.length, 'pieces')})`,
    ours: toMs(median(times.ours)),
    against: `${toMs(median(times.floor))} (eventsource-parser + JSON.parse)`,
    verdict: toTimes(ratio),
    target: null,
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
    small: () => timeOf(() => readOurs(small, 'may fail')),
    large: () => timeOf(() => readOurs(large, 'may fail')),
  })
  const growth = medianRatio(times.large, times.small) / 4
  return {
    section: 'Core',
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

/** What an open stream holds once 1,000 chunks went through it. */
function weighOpenStream(): Row {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const pieces = [...cut(stretchRecording('prose', 1_000).bytes, PIECE_BYTES)].slice(0, -1)
  const open: RelayAnswer[] = []
  const count = 200
  collect()
  const before = process.memoryUsage()
  for (let i = 0; i < count; i += 1) {
    const answer = createAnswer()
    for (const piece of pieces) answer.feed(piece)
    open.push(answer)
  }
  collect()
  const after = process.memoryUsage()
  const bytes = after.heapUsed - before.heapUsed + (after.arrayBuffers - before.arrayBuffers)
  const each = bytes / open.length / KiB
  return {
    section: 'Core',
    what: `memory of one open stream after 1,000 chunks (mean of ${count})`,
    ours: `${each.toFixed(1)} KiB`,
    against: `${(pieces.length * PIECE_BYTES) / KiB} KiB went through it`,
    verdict: '',
    target: null,
  }
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
  if (mode === 'must succeed' && !verdict.ok) throw new Error('the recording was not understood')
}

function readFloor(pieces: Pieces): void {
  const decoder = new TextDecoder()
  let ended = false
  const parser = createParser({
    onEvent({ data }) {
      if (data === '[DONE]') ended = true
      else JSON.parse(data)
    },
  })
  for (const piece of pieces) parser.feed(decoder.decode(piece, { stream: true }))
  if (!ended) throw new Error('the floor did not see the end')
}

async function readSdk(pieces: Pieces): Promise<void> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
  const stream = Stream.fromSSEResponse(new Response(body), new AbortController())
  let last: unknown
  for await (const chunk of stream) last = chunk
  if (last === undefined) throw new Error('the package read nothing')
}

async function timeOf(work: () => void | Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
