// The inside of a thread: plants a bug when told to, then does one task after the other. The code
// under test is loaded only after the bug is in place.

import { parentPort, workerData } from 'node:worker_threads'
import { plant } from './plant.ts'
import { mutants } from './mutants.ts'
import type { Task } from './task.ts'

const { mutant, stopsEarly } = workerData as { mutant: string | null; stopsEarly: boolean }
const port = parentPort
if (port === null) throw new Error('This file is the inside of a thread.')

const missed = mutant === null ? () => [] : plant(mutants.find(({ name }) => name === mutant))
const { perform } = await import('./task.ts')

port.on('message', (task: Task) => {
  void work(task)
})

async function work(task: Task): Promise<void> {
  const tally = await perform(task, stopsEarly)
  // A source that was never loaded was never tested.
  const unused = missed()
  if (unused.length > 0) throw new Error(`${mutant}: not loaded: ${unused.join(', ')}`)
  port?.postMessage(tally, [])
}
