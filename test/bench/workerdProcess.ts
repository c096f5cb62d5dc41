// Processor time and memory of a process that this one started. Linux tells it in /proc; elsewhere it
// is unknown, and what rests on it is left out.

import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** `/proc` counts in hundredths of a second on every Linux that runs workerd. */
const TICK_MS = 10
const PAGE_BYTES = 4096

/** Process ids of the workerds that this process started. */
export function listWorkerds(): number[] {
  if (!existsSync('/proc/self/stat')) return []
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      const fields = Number.isInteger(pid) ? readStat(pid) : null
      return fields?.name === 'workerd' && Number(fields.rest[1]) === process.pid
    })
}

/** User and system time so far, ms; NaN where nobody knows. */
export function cpuMsOf(pid: number | null): number {
  const rest = pid === null ? undefined : readStat(pid)?.rest
  return (Number(rest?.[11]) + Number(rest?.[12])) * TICK_MS
}

/** Bytes in memory; NaN where nobody knows. */
export function residentBytesOf(pid: number | null): number {
  const rest = pid === null ? undefined : readStat(pid)?.rest
  return Number(rest?.[21]) * PAGE_BYTES
}

/** `pid (name) state ppid …`: what follows the name, from the state on. */
function readStat(pid: number): { name: string; rest: string[] } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const end = text.lastIndexOf(')')
    return { name: text.slice(text.indexOf('(') + 1, end), rest: text.slice(end + 2).split(' ') }
  } catch {
    return null
  }
}
