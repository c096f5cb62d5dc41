// Plays a script on a real HTTP response: waits end early when the other side has left, writes wait
// for the socket. Nothing is buffered beyond one step, so a 100 MB script costs no memory.

import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Script, Step } from './script.ts'

/** Resolves when the script is over or the other side has gone. `onBill` runs at each `bill` step. */
export async function playScript(
  script: Script,
  response: ServerResponse,
  onBill: () => void = () => {},
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  response.on('error', () => gone.abort())
  try {
    for (const step of script) {
      gone.signal.throwIfAborted()
      await playStep(step, response, gone.signal, onBill)
    }
  } catch (error) {
    if (!gone.signal.aborted) throw error
  }
}

async function playStep(
  step: Step,
  response: ServerResponse,
  signal: AbortSignal,
  onBill: () => void,
): Promise<void> {
  switch (step.type) {
    case 'head':
      // Close-delimited bodies are legal and what many relays send; ask for one by this header.
      if (step.headers['connection'] === 'close') response.useChunkedEncodingByDefault = false
      response.writeHead(step.status, { ...step.headers })
      response.flushHeaders()
      return
    case 'bytes':
      if (!response.write(step.bytes)) await once(response, 'drain', { signal })
      return
    case 'raw': {
      const { socket } = response
      if (socket?.write(step.bytes) === false) await once(socket, 'drain', { signal })
      return
    }
    case 'wait':
      await sleep(step.ms, undefined, { signal })
      return
    case 'silence':
      await once(response, 'close', { signal })
      return
    case 'end':
      response.end()
      return
    case 'fin':
      response.socket?.end()
      return
    case 'reset':
      // One turn later: a reset throws away what has not left the process yet.
      await nextTurn()
      response.socket?.resetAndDestroy()
      return
    case 'bill':
      onBill()
      return
  }
}
