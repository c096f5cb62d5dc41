// Spreads simulation tasks over threads. Threads run the sources natively, without the test runner's
// transforms, so a run is the same wherever it is started.

import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Tally, Task } from './task.ts'
import { addTallies, emptyTally } from './task.ts'

export interface ThreadOptions {
  readonly threads: number
  /** Name of the bug to plant. */
  readonly mutant?: string
  /** Enough is known after the first failure. */
  readonly stopsEarly?: boolean
  readonly onTally?: (sum: Tally) => void
}

/** @throws when a thread cannot load or dies. */
export async function runTasks(tasks: readonly Task[], options: ThreadOptions): Promise<Tally> {
  const { mutant = null, stopsEarly = false } = options
  const queue = [...tasks]
  let sum = emptyTally
  const work = async () => {
    const worker = new Worker(join(import.meta.dirname, 'thread.ts'), {
      workerData: { mutant, stopsEarly },
    })
    try {
      for (;;) {
        const task = stopsEarly && sum.failures.length > 0 ? undefined : queue.shift()
        if (task === undefined) return
        const tally = await perform(worker, task)
        sum = addTallies(sum, tally)
        options.onTally?.(sum)
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(options.threads, tasks.length) }, work))
  return sum
}

function perform(worker: Worker, task: Task): Promise<Tally> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners()
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`A thread ended with code ${code}.`)))
    worker.postMessage(task, [])
  })
}
