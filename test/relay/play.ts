// Plays a script on a real HTTP response: waits end early when the other side has left, writes wait
// for the socket. Nothing is buffered beyond one step, so a 100 MB script costs no memory.

import type { ServerResponse } from 'node:http'
import type { Script } from './script.ts'

export interface PlayOptions {
  readonly onBill?: () => void
}

/** Resolves when the script is over or the other side has gone. */
export async function playScript(
  script: Script,
  response: ServerResponse,
  options: PlayOptions = {},
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  response.on('error', () => gone.abort())
  for (const step of script) {
    if (gone.signal.aborted) return
    switch (step.type) {
      case 'head':
        // Close-delimited bodies are legal and what many relays send; ask for one by this header.
        if (step.headers['connection'] === 'close') response.useChunkedEncodingByDefault = false
        response.writeHead(step.status, { ...step.headers })
        response.flushHeaders()
        break
      case 'bytes':
        if (!response.write(step.bytes)) await untilDrained(response, gone.signal)
        break
      case 'raw':
        if (response.socket?.write(step.bytes) === false) {
          await untilDrained(response.socket, gone.signal)
        }
        break
      case 'wait':
        await sleep(step.ms, gone.signal)
        break
      case 'silence':
        await untilAborted(gone.signal)
        return
      case 'end':
        response.end()
        return
      case 'fin':
        response.socket?.end()
        return
      case 'reset':
        // Flushed first: a reset throws away what the kernel has not sent yet.
        await new Promise((resolve) => setImmediate(resolve))
        response.socket?.resetAndDestroy()
        return
      case 'bill':
        options.onBill?.()
        break
    }
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve())
  })
}

function untilDrained(stream: NodeJS.EventEmitter, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    stream.once('drain', resolve)
    signal.addEventListener('abort', () => resolve())
  })
}
