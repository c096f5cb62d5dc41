// Where webhooks and callbacks arrive: a server that remembers what it was sent.

import { createServer } from 'node:http'

export interface Arrival {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface CallbackServer {
  readonly origin: string
  readonly arrivals: readonly Arrival[]
  /** The next one that comes, or the first that came and was not taken. */
  take(): Promise<Arrival>
  /** Answers of the next deliveries; then 200. */
  answerWith(...answers: { status: number; body: string }[]): void
  close(): Promise<void>
}

export async function startCallbackServer(): Promise<CallbackServer> {
  const arrivals: Arrival[] = []
  const waiting: ((arrival: Arrival) => void)[] = []
  const answers: { status: number; body: string }[] = []
  let taken = 0
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (data: Buffer) => (body += data.toString()))
    request.on('end', () => {
      const { status, body: text } = answers.shift() ?? { status: 200, body: '{}' }
      response.writeHead(status, { 'content-type': 'application/json' }).end(text)
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)])
      arrivals.push({ path: request.url ?? '', headers: Object.fromEntries(headers), body })
      const arrival = arrivals[taken]
      const wake = waiting.shift()
      if (wake === undefined || arrival === undefined) return
      taken += 1
      wake(arrival)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    arrivals,
    take: async () => {
      const arrival = arrivals[taken]
      if (arrival !== undefined) {
        taken += 1
        return arrival
      }
      return await new Promise((resolve) => waiting.push(resolve))
    },
    answerWith: (...next) => answers.push(...next),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
