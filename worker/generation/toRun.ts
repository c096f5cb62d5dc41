// How a generation went, read from its log when it has ended: where it spent its time, and how often
// it was sent.

import type { LogEntry } from '../../shared/video/events.ts'
import { isTerminal } from '../../shared/video/events.ts'
import type { Run } from '../protocol.ts'

export function toRun(log: Iterable<LogEntry>): Omit<Run, 'relay' | 'status'> {
  const entries: LogEntry[] = []
  for (const entry of log) {
    if (entry.event.type !== 'progress' && entry.event.type !== 'preview') entries.push(entry)
  }
  const starts = entries.filter(({ event }) => event.type === 'started')
  const archivings = entries.filter(({ event }) => event.type === 'archiving')
  const last = entries.at(-1)
  const isOver = last !== undefined && isTerminal(last.event)
  const endedAt = isOver ? last.at : 0
  const createdAt = entries[0]?.at ?? endedAt
  const startedAt = starts[0]?.at ?? endedAt
  // A failed archiving that was asked for again is waited for by nobody, so only the latest counts.
  const linkedAt = archivings[0]?.at ?? endedAt
  return {
    attempts: starts.length,
    queuedMs: toLength(createdAt, startedAt),
    runningMs: toLength(startedAt, linkedAt),
    archivingMs: toLength(archivings.at(-1)?.at ?? endedAt, endedAt),
    bytes: last?.event.type === 'completed' ? last.event.asset.bytes : null,
  }
}

/** Nothing, where the clock was set back meanwhile. */
function toLength(from: number, to: number): number {
  return Math.max(0, to - from)
}
