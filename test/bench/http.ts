// The caller's side of every measurement: connections kept open, answers read as they come, and as
// little work as possible in between, because it runs on the machine that is measured.

import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** A new process-wide pool would queue behind 300 subscribers; each measurement has its own. */
export function createPool(sockets: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: sockets, maxFreeSockets: sockets })
}

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** Sends one request; resolves with its head, and the body is still to be read. */
export async function send(pool: Agent, ask: Ask): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const outgoing = request(ask.url, {
      agent: pool,
      method: ask.method ?? 'GET',
      headers: {
        ...ask.headers,
        ...(ask.body !== undefined && { 'content-length': Buffer.byteLength(ask.body) }),
      },
    })
    outgoing.on('response', resolve)
    // A connection that was kept open may be closed by the other side at the moment it is used again.
    outgoing.on('error', (error) => {
      if (outgoing.reusedSocket) resolve(send(pool, ask))
      else reject(error)
    })
    outgoing.end(ask.body)
  })
}

/** Reads a body to its end and says how many bytes it had. @throws when the status is not 2xx. */
export async function drain(response: IncomingMessage): Promise<number> {
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) bytes += chunk.length
  const status = response.statusCode ?? 0
  if (status < 200 || status > 299) throw new Error(`the answer had status ${status}`)
  return bytes
}

export async function readText(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk)
  return text
}

/** An open text stream of which single words are awaited. */
export class Listener {
  #text = ''
  #isOver = false
  #wake: (() => void) | null = null
  readonly #response: IncomingMessage

  constructor(response: IncomingMessage) {
    this.#response = response
    response.setEncoding('utf8')
    response.on('data', (text: string) => {
      this.#text += text
      this.#wake?.()
    })
    response.on('close', () => {
      this.#isOver = true
      this.#wake?.()
    })
  }

  /** The instant `word` was there, ms; what came before it is forgotten. */
  async hear(word: string): Promise<number> {
    await this.hearText(word)
    return performance.now()
  }

  /** What came until `word` was there. */
  async hearText(word: string): Promise<string> {
    for (;;) {
      const at = this.#text.indexOf(word)
      if (at !== -1) {
        const before = this.#text.slice(0, at)
        this.#text = this.#text.slice(at + word.length)
        return before
      }
      if (this.#isOver) {
        throw new Error(
          `the stream ended (${this.#response.statusCode}) before ${word}: ${this.#text.slice(-300)}`,
        )
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  leave(): void {
    this.#response.destroy()
  }

  async end(): Promise<void> {
    while (!this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

/** Requests per second with `width` of them always under way. */
export async function loadWith(
  width: number,
  count: number,
  one: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0
  const start = performance.now()
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < count) await one(next++)
    }),
  )
  return count / ((performance.now() - start) / 1000)
}

/**
 * Begins `perSecond` of them for so long, whatever becomes of the ones before; from the instant at which
 * each was due to its end, ms.
 */
export async function paced(
  perSecond: number,
  forMs: number,
  one: (index: number) => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = []
  const begun: Promise<void>[] = []
  const from = performance.now()
  for (let index = 0; index < (perSecond * forMs) / 1000; index += 1) {
    const dueAt = from + (index * 1000) / perSecond
    const waitMs = dueAt - performance.now()
    if (waitMs > 0) await pause(waitMs)
    begun.push(one(index).then(() => void times.push(performance.now() - dueAt)))
  }
  await Promise.all(begun)
  return times
}
