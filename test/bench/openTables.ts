// The two tables that come first: what users feel with 1, 100 and 1,000 generations open, and what one
// generation costs. Rows and requests are those of a small day (test/bench/day), which counts what is billed.

import { setTimeout as pause } from 'node:timers/promises'
import { countRows } from './day/meter.ts'
import { smallDay } from './day/plan.ts'
import { runDay } from './day/runDay.ts'
import { openHeap } from './heapOf.ts'
import { toOurWay, toPeerWay } from './latency.ts'
import type { Pace } from './measure.ts'
import type { OpenFigures, Times, Watch } from './openGenerations.ts'
import { measureOpen, SAME_WITHIN } from './openGenerations.ts'
import type { OpenSubject } from './openSubject.ts'
import { toJobs, toStreams, withStatus } from './openSubject.ts'
import type { RunningPeer } from './portkey.ts'
import { PEER } from './portkey.ts'
import type { Table } from './report.ts'
import { atMost, describeTarget, toMs } from './row.ts'
import type { Site } from './site.ts'
import { startSite } from './site.ts'

const KiB = 1024
const aims = {
  streamKiB: 64,
  jobKiB: 16,
  statusMs: 50,
  rows: 30,
  streamCpuMs: 6,
  jobCpuMs: 3,
} as const

export async function describeOpen({ isQuick }: Pace, peer: RunningPeer | null): Promise<Table[]> {
  const counts = isQuick ? [50] : [1, 100, 1_000]
  const watch: Watch = isQuick
    ? { quietMs: 2_000, busyMs: 2_000, lingerMs: 0, releaseMs: 0 }
    : { quietMs: 5_000, busyMs: 10_000, lingerMs: 12_000, releaseMs: 25_000 }
  const warmUp: Watch = { quietMs: 0, busyMs: 1_000, lingerMs: 0, releaseMs: 0 }
  const measureAll = async (
    toSubject: (site: Site) => Promise<OpenSubject>,
    counts: readonly number[],
  ) => {
    const site = await startSite({ hasInspector: true })
    const subject = await toSubject(site)
    const figures: OpenFigures[] = []
    // The first ones pay for what is made once: code, connections, statements.
    await measureOpen(subject, site.relay, 50, warmUp)
    if (!isQuick) await pause(12_000)
    for (const count of counts) figures.push(await measureOpen(subject, site.relay, count, watch))
    subject.close()
    await site.close()
    return figures
  }
  const streams = await measureAll(async (site) => {
    const heap = await openHeap(site.gateway)
    return withStatus(toStreams(toOurWay(site), site.gatewayPid, heap), site)
  }, counts)
  const jobs = await measureAll(async (site) => toJobs(site, await openHeap(site.gateway)), counts)
  const peers =
    peer === null
      ? []
      : await measureAll(
          async (site) => toStreams(toPeerWay(peer, site), peer.pid, null),
          counts.slice(-1),
        )
  return [
    toFeltTable(streams, jobs, peers),
    await toCostTable(streams.at(-1), jobs.at(-1), peers.at(-1), isQuick ? 40 : 200),
  ]
}

function toFeltTable(
  streams: readonly OpenFigures[],
  jobs: readonly OpenFigures[],
  peers: readonly OpenFigures[],
): Table {
  const all = [...streams, ...jobs, ...peers]
  const [stream, job] = [streams.at(-1), jobs.at(-1)]
  const toRow = (
    what: string,
    toCell: (figures: OpenFigures) => string,
    targets: readonly (string | undefined)[] = [],
  ) => [what, ...all.map(toCell), targets.join('; ')]
  const toAim = (most: number, value: number | undefined, unit: string) =>
    describeTarget(atMost(most, value ?? Number.NaN, unit))
  return {
    title: 'While they are open',
    heads: [
      'What',
      ...streams.map(({ count }) => `${toNumber(count)} streamed`),
      ...jobs.map(({ count }) => `${toNumber(count)} jobs`),
      ...peers.map(({ count }) => `${toNumber(count)} streamed, ${PEER}`),
      'Target, at the most of them: streamed; jobs',
    ],
    rows: [
      toRow('heap of each', ({ heapEach }) => toKiB(heapEach), [
        toAim(aims.streamKiB, toRounded(stream?.heapEach), ' KiB'),
        toAim(aims.jobKiB, toRounded(job?.heapEach), ' KiB'),
      ]),
      toRow('memory of the process for each', ({ residentEach }) => toKiB(residentEach)),
      toRow('status read, p50 / p99', ({ status }) => toPair(status), [
        toAim(aims.statusMs, stream?.status.p99, ' ms'),
        toAim(aims.statusMs, job?.status.p99, ' ms'),
      ]),
      toRow("new one, until its first event or its job's id, p50 / p99", ({ create }) =>
        toPair(create),
      ),
      toRow("event, from the relay's byte to its caller, p50 / p99", ({ event }) => toPair(event)),
      toRow('heap after all have ended, of before', ({ heapAfter }) => toPercent(heapAfter), [
        toAim(SAME_WITHIN, stream?.heapAfter, '×'),
        toAim(SAME_WITHIN, job?.heapAfter, '×'),
      ]),
      toRow('memory of the process after, of before', ({ residentAfter }) =>
        toPercent(residentAfter),
      ),
    ],
  }
}

async function toCostTable(
  stream: OpenFigures | undefined,
  job: OpenFigures | undefined,
  peer: OpenFigures | undefined,
  generations: number,
): Promise<Table> {
  const hostile = { ...smallDay.hostile, forMs: 0 }
  const { kinds } = await runDay({ ...smallDay, generations, hostile, withSchedules: 0 })
  const meanOf = (kind: 'chat' | 'videos') => {
    const { meter, generations: n } = kinds.get(kind) ?? { meter: null, generations: 0 }
    if (meter === null) throw new Error(`the day has no ${kind}`)
    return {
      rows: countRows(meter) / n,
      requests: (meter.calls + meter.alarms) / n,
      out: meter.subrequests / n,
    }
  }
  const [chat, videos] = [meanOf('chat'), meanOf('videos')]
  const cells = (...values: readonly (number | undefined)[]) =>
    [0, 1, 2].map((at) => (Number.isFinite(values[at]) ? (values[at] ?? 0).toFixed(1) : ''))
  const open = [stream, job, peer]
  const toAims = (most: readonly [number, number], one: number, two: number, unit: string) =>
    [atMost(most[0], one, unit), atMost(most[1], two, unit)].map(describeTarget).join('; ')
  const sumOf = (one: OpenFigures | undefined) =>
    one === undefined ? Number.NaN : one.cpuToOpen + one.cpuToEnd
  const cpuAims = toAims([aims.streamCpuMs, aims.jobCpuMs], sumOf(stream), sumOf(job), ' ms')
  return {
    title: 'What one costs',
    heads: ['What', 'streamed', 'job', PEER, 'Target: streamed; job'],
    rows: [
      ['CPU until it is open, ms', ...cells(...open.map((one) => one?.cpuToOpen)), ''],
      ['CPU to end it, ms', ...cells(...open.map((one) => one?.cpuToEnd)), `both: ${cpuAims}`],
      [
        'CPU of each report to its caller, or look at a job, ms',
        ...cells(...open.map((one) => one?.cpuEachReport)),
        '',
      ],
      [
        'rows written in five minutes, its account apart',
        ...cells(chat.rows, videos.rows),
        toAims([aims.rows, aims.rows], chat.rows, videos.rows, ''),
      ],
      [
        'calls and alarms in five minutes, of its object',
        ...cells(chat.requests, videos.requests),
        '',
      ],
      ['requests to relay and file host in five minutes', ...cells(chat.out, videos.out), ''],
    ],
  }
}

function toNumber(count: number): string {
  return count.toLocaleString('en-US')
}

function toRounded(bytes: number | undefined): number {
  return Math.round((bytes ?? Number.NaN) / KiB)
}

function toKiB(bytes: number): string {
  return Number.isNaN(bytes) ? '' : `${toNumber(toRounded(bytes))} KiB`
}

function toPair({ p50, p99 }: Times): string {
  return Number.isNaN(p50) ? '' : `${toMs(p50)} / ${toMs(p99)}`
}

function toPercent(part: number): string {
  return Number.isNaN(part) ? '' : `${(100 * part).toFixed(0)} %`
}
