// The JavaScript heap of a running Worker, asked of the runtime's own inspector: what is alive, array
// buffers included, after a collection of garbage. What the runtime keeps outside is not in it.

import { setTimeout as pause } from 'node:timers/promises'
import type { RunningGateway } from '../gateway/startGateway.ts'

export interface Heap {
  /** Bytes that are alive now. */
  measure(): Promise<number>
  close(): void
}

interface Usage {
  readonly usedSize: number
  readonly embedderHeapUsedSize: number
  readonly backingStorageSize: number
}

/** The gateway must have been started with an inspector. */
export async function openHeap({ miniflare, url }: RunningGateway): Promise<Heap> {
  const base = await miniflare.getInspectorURL()
  const socket = new WebSocket(new URL('/core:user:reelay', base).href)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error('no inspector')))
  })
  const waiting = new Map<number, (result: unknown) => void>()
  socket.addEventListener('message', ({ data }: { data: unknown }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown }
    if (id !== undefined) waiting.get(id)?.(result)
  })
  let asked = 0
  const ask = (method: string) =>
    new Promise((resolve) => {
      asked += 1
      waiting.set(asked, resolve)
      socket.send(JSON.stringify({ id: asked, method }))
    })
  /** The runtime answers when a request enters the isolate the next time. */
  const enter = async (answer: Promise<unknown>) => {
    let isDone = false
    const done = answer.then(() => (isDone = true))
    while (!isDone) {
      await (await fetch(`${url}/health`)).text()
      await Promise.race([done, pause(20)])
    }
  }
  return {
    async measure() {
      // Twice: what an object of the runtime held is garbage only after the object was collected.
      await enter(ask('HeapProfiler.collectGarbage'))
      // In one breath: what runs in between would leave garbage, which is not alive.
      void ask('HeapProfiler.collectGarbage')
      const answer = ask('Runtime.getHeapUsage')
      await enter(answer)
      const usage = (await answer) as Usage
      return usage.usedSize + usage.embedderHeapUsedSize + usage.backingStorageSize
    },
    close: () => socket.close(),
  }
}
