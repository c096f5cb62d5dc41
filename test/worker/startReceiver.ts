// Where webhooks arrive: a real server that remembers what it was sent, and answers as it is told.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import OpenAI from 'openai'
import { Webhook } from 'standardwebhooks'

export interface Arrival {
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The body, parsed. */
  readonly event: WebhookEvent
}

export interface WebhookEvent {
  readonly id: string
  readonly object: string
  readonly type: string
  readonly created_at: number
  readonly data: { readonly id: string; readonly video_ids?: readonly string[] }
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Receiver {
  readonly origin: string
  readonly arrivals: readonly Arrival[]
  /** Resolves when so many have arrived in all, with those of that path only if there is one. */
  waitFor(count: number, path?: string): Promise<Arrival[]>
  /** For the next arrivals, one each; then 200 again. `hang`: no answer at all. */
  queue(...replies: (Reply | 'hang')[]): void
  close(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const arrivals: Arrival[] = []
  const replies: (Reply | 'hang')[] = []
  const listeners = new Set<() => void>()
  const server = createServer((request, response) => void receive(request, response))

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readText(request)
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)])
    const event = JSON.parse(body) as WebhookEvent
    arrivals.push({ path: request.url ?? '', headers: Object.fromEntries(headers), body, event })
    const reply = replies.shift() ?? { status: 200 }
    if (reply !== 'hang') response.writeHead(reply.status, reply.headers).end(reply.body)
    for (const listener of listeners) listener()
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new Error('The server has no TCP port.')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    arrivals,
    queue: (...next) => void replies.push(...next),
    waitFor: (count, path) =>
      new Promise((resolve) => {
        const look = () => {
          const found = arrivals.filter((arrival) => path === undefined || arrival.path === path)
          if (found.length < count) return
          listeners.delete(look)
          resolve(found)
        }
        listeners.add(look)
        look()
      }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Who accepts this arrival with this secret: the official SDK, the standard's own library. */
export async function findAcceptors({ headers, body }: Arrival, secret: string): Promise<string[]> {
  const acceptors: string[] = []
  try {
    await new OpenAI({ apiKey: 'unused' }).webhooks.unwrap(body, headers, secret)
    acceptors.push('openai')
  } catch {}
  try {
    new Webhook(secret).verify(body, headers)
    acceptors.push('standardwebhooks')
  } catch {}
  return acceptors
}

async function readText(message: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of message) if (chunk instanceof Uint8Array) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
