// What a log amounts to, without reading all of it: every so often the fold is stored beside an entry, and
// waking goes on from there. Absent where an older release wrote that entry: then the log is folded whole.

import type { LogEntry } from '../../shared/video/events.ts'
import { advance, initialState, type VideoState } from '../../shared/video/video.ts'
import type { Sql } from '../../shared/ports.ts'
import { readValue } from '../platform/table.ts'
import { readLog } from './log.ts'

export interface FoldedLog {
  readonly video: VideoState
  /** Rows of the kinds that a relay could repeat without end. */
  readonly progress: number
  readonly previews: number
  readonly last: LogEntry | null
}

export const emptyLog: FoldedLog = { video: initialState, progress: 0, previews: 0, last: null }

/** How many rows a waking object reads at most, beside the one with the fold. */
const EVERY = 128

export function addEntry(log: FoldedLog, entry: LogEntry): FoldedLog {
  return {
    video: advance(log.video, entry),
    progress: log.progress + (entry.event.type === 'progress' ? 1 : 0),
    previews: log.previews + (entry.event.type === 'preview' ? 1 : 0),
    last: entry,
  }
}

/** Call with every entry that was appended, in its transaction. */
export function keepFold(sql: Sql, log: FoldedLog): void {
  const offset = log.last?.offset ?? 0
  if (offset % EVERY !== 0) return
  sql.exec('UPDATE log SET folded = ? WHERE offset = ?', JSON.stringify(log), offset)
}

export function readFold(sql: Sql): FoldedLog {
  const end = readValue<number>(sql, 'SELECT max(offset) FROM log') ?? 0
  const query = 'SELECT folded FROM log WHERE offset = ?'
  const stored = readValue<string>(sql, query, end - (end % EVERY))
  let log = emptyLog
  if (stored !== null) {
    const kept = JSON.parse(stored) as FoldedLog
    // A field that came later than the fold is as it is at the beginning.
    log = { ...kept, video: { ...initialState, ...kept.video } }
  }
  for (const entry of readLog(sql, log.last?.offset ?? 0)) log = addEntry(log, entry)
  return log
}
