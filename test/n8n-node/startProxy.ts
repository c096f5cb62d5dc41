// A server in front of another one, which answers for it where a test says so: late, wrongly, or under
// a public name when it is asked as a forward proxy.

import { createServer, type IncomingMessage } from 'node:http'

export interface Intervention {
  /** Nothing is answered before this. */
  readonly held?: Promise<void>
  /** Answers by itself; absent: the server behind is asked. */
  readonly answer?: {
    readonly status: number
    readonly headers?: Record<string, string>
    readonly body?: string | Uint8Array
  }
}

export interface Proxy {
  readonly origin: string
  /** "POST /v1/videos", in the order they came. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

/** `intervene`: by method and path, and how often this one was asked before. */
export async function startProxy(
  target: string,
  intervene: (asked: string, before: number) => Intervention | null,
): Promise<Proxy> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const handle = async () => {
      const body = await readBody(request)
      const { pathname, search } = new URL(request.url ?? '/', target)
      const name = `${request.method} ${pathname}`
      const before = asked.filter((one) => one === name).length
      asked.push(name)
      const { held, answer } = intervene(name, before) ?? {}
      await held
      if (answer !== undefined) {
        response.writeHead(answer.status, answer.headers).end(answer.body ?? '')
        return
      }
      const answered = await fetch(target + pathname + search, {
        method: request.method ?? 'GET',
        headers: toHeaders(request),
        ...(body.length > 0 && { body }),
      })
      const headers = Object.fromEntries(answered.headers)
      delete headers['transfer-encoding']
      delete headers['content-encoding']
      response.writeHead(answered.status, headers)
      for await (const part of answered.body ?? []) response.write(part)
      response.end()
    }
    handle().catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    asked,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

function toHeaders({ headers }: IncomingMessage): Record<string, string> {
  const own = ['host', 'connection', 'content-length', 'transfer-encoding', 'expect']
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !own.includes(name))
      .map(([name, value]) => [name, String(value)]),
  )
}
