// What users feel while many videos are being made: 1, 100 and 1,000 open generations, streamed to callers
// that listen and as polled jobs. What each holds and costs, how soon events, reads and new ones are answered
// meanwhile, and whether all memory comes back. Streams also through a peer, which knows neither jobs nor reads.

import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { loadWith, paced } from './http.ts'
import { quantile } from './measure.ts'
import type { OpenSubject, Opened } from './openSubject.ts'
import type { BenchRelay } from './benchRelay.ts'

const SECOND = 1_000
/** So many callers create them. */
const WIDTH = 16
/** How far it is, each says so often; a single one every second. */
const REPORT_EVERY_MS = 5 * SECOND
/** While they are open, by all callers together. */
const READS_PER_SECOND = 100
const CREATED_PER_SECOND = 10
/** After all have ended: the least that counts as all memory come back. */
export const SAME_WITHIN = 1.1

export interface Times {
  readonly p50: number
  readonly p99: number
}

/** How long to look, ms. */
export interface Watch {
  /** While nothing but reports and looks goes on. */
  readonly quietMs: number
  /** While reads and new ones come, too. */
  readonly busyMs: number
  /** Until the runtime has dropped what nobody asks for: an object after ten seconds. */
  readonly lingerMs: number
  /** At most until memory has come back. */
  readonly releaseMs: number
}

/** NaN: what cannot be known here, or is not there. Bytes and ms. */
export interface OpenFigures {
  readonly count: number
  readonly heapEach: number
  readonly residentEach: number
  readonly status: Times
  readonly create: Times
  /** From the relay's byte to the caller. */
  readonly event: Times
  /** Until it is open, and to end it. */
  readonly cpuToOpen: number
  readonly cpuToEnd: number
  /** One report of a stream, one look at a job. */
  readonly cpuEachReport: number
  /** After all have ended beside before. */
  readonly heapAfter: number
  readonly residentAfter: number
}

export async function measureOpen(
  subject: OpenSubject,
  relay: BenchRelay,
  count: number,
  { quietMs, busyMs, lingerMs, releaseMs }: Watch,
): Promise<OpenFigures> {
  const before = await subject.weigh()
  const open: Opened[] = []
  const openedFor = await cpuOf(subject, async () => {
    await loadWith(WIDTH, count, async () => void open.push(await subject.open(randomUUID())))
    for (const { prompt } of open) await relay.untilAsked(prompt)
  })
  const looksBefore = relay.looks
  let reports = 0
  const quietFor = await cpuOf(subject, async () => {
    reports = (await reportAll(subject, relay, open, quietMs)).length
  })
  const looks = relay.looks - looksBefore
  const [event, status, create] = await Promise.all([
    reportAll(subject, relay, open, busyMs),
    paced(READS_PER_SECOND, busyMs, async (index) => {
      await subject.readStatus?.(open[(index * 7) % open.length] as Opened)
    }),
    paced(CREATED_PER_SECOND, busyMs, async () => {
      const { prompt, listener } = await subject.open(randomUUID())
      // Nobody waits for its end here.
      void relay.refuse(prompt).then(() => listener?.end())
    }),
  ])
  // Those that were created meanwhile have gone; a forced collection before would have changed the pauses.
  await pause(lingerMs)
  const full = await subject.weigh()
  const endedFor = await cpuOf(subject, async () => {
    await Promise.all(open.map(({ prompt }) => relay.refuse(prompt)))
    await Promise.all(open.map(({ listener }) => listener?.end()))
    await pause(SECOND)
  })
  const after = await untilReleased(subject, before.heap * SAME_WITHIN, releaseMs)
  return {
    count,
    heapEach: (full.heap - before.heap) / count,
    residentEach: (full.resident - before.resident) / count,
    status: subject.readStatus === null ? none : toTimes(status),
    create: toTimes(create),
    event: toTimes(event),
    cpuToOpen: openedFor / count,
    cpuToEnd: endedFor / count,
    cpuEachReport: quietFor / (looks === 0 ? reports : looks),
    heapAfter: after.heap / before.heap,
    residentAfter: after.resident / before.resident,
  }
}

/** Each in its turn says how far it is; from that to its caller, ms. Nobody listens to a job. */
async function reportAll(
  subject: OpenSubject,
  relay: BenchRelay,
  open: Opened[],
  forMs: number,
): Promise<number[]> {
  const perSecond = Math.max(1, open.length / (REPORT_EVERY_MS / SECOND))
  const heard: number[] = []
  await paced(perSecond, forMs, async (index) => {
    const one = open[index % open.length] as Opened
    one.percent += 1
    const saidAt = relay.say(one.prompt, one.percent)
    const at = await one.listener?.hear(subject.word(one.percent))
    if (at !== undefined) heard.push(at - saidAt)
  })
  return heard
}

async function cpuOf(subject: OpenSubject, work: () => Promise<void>): Promise<number> {
  const before = subject.cpuMs()
  await work()
  return subject.cpuMs() - before
}

async function untilReleased(subject: OpenSubject, heapBytes: number, longestMs: number) {
  const from = performance.now()
  for (;;) {
    const now = await subject.weigh()
    if (now.heap <= heapBytes || performance.now() - from > longestMs) return now
    await pause(2 * SECOND)
  }
}

const none: Times = { p50: Number.NaN, p99: Number.NaN }

function toTimes(samples: readonly number[]): Times {
  return { p50: quantile(samples, 0.5), p99: quantile(samples, 0.99) }
}
