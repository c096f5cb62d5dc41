// Kills workerd the hard way, as a crashing machine would: no goodbye, nothing flushed.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Kills the only workerd this process runs; throws when there are more, or none. */
export async function killRuntime(): Promise<void> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,args='])
  const own = stdout.split('\n').flatMap((line) => {
    const [pid = '', parent = '', command = ''] = line.trim().split(/\s+/, 3)
    return parent === String(process.pid) && command.endsWith('workerd') ? [Number(pid)] : []
  })
  const [pid] = own
  if (pid === undefined || own.length > 1) throw new Error(`Which workerd? ${own.length} run here.`)
  process.kill(pid, 'SIGKILL')
  // Its port and its files are free once the process is really gone.
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
