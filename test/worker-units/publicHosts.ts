// Public host names over real sockets: each name is a local server, and `fetch` changes nothing but
// where it connects. The code under test sees the URLs it would see in the wild.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

export interface SeenRequest {
  readonly host: string
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** Resolves when the connection is closed, by whomever and however. */
  readonly closed: Promise<unknown>
}

export class PublicHosts {
  readonly #servers = new Map<string, Server>()
  /** Every request that arrived anywhere, in order. */
  readonly seen: SeenRequest[] = []
  /** Every URL that was asked for, also of names nobody serves. */
  readonly asked: string[] = []

  async serve(host: string, handler: Handler): Promise<void> {
    const server = createServer((request, response) => {
      const closed = new Promise((resolve) => request.socket.once('close', resolve))
      let body = ''
      request.setEncoding('utf8')
      request.on('data', (text: string) => (body += text))
      request.on('end', () => {
        const { method = '', url = '', headers } = request
        this.seen.push({ host, method, path: url, headers, body, closed })
        handler(request, response)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    this.#servers.set(host, server)
  }

  /** A name whose port nobody listens on. */
  async serveNothing(host: string): Promise<void> {
    await this.serve(host, () => undefined)
    this.#servers.get(host)?.close()
  }

  getPort(host: string): number {
    const address = this.#servers.get(host)?.address() as AddressInfo | null | undefined
    // A closed server has no address any more; port 1 answers nobody.
    return address?.port ?? 1
  }

  readonly fetch = async (address: string, init: RequestInit): Promise<Response> => {
    this.asked.push(address)
    const { hostname, pathname, search } = new URL(address)
    if (!this.#servers.has(hostname)) throw new TypeError(`no such host: ${hostname}`)
    return fetch(`http://127.0.0.1:${this.getPort(hostname)}${pathname}${search}`, init)
  }

  async close(): Promise<void> {
    for (const server of this.#servers.values()) server.closeAllConnections()
    await Promise.all(
      Array.from(this.#servers.values(), (server) =>
        server.listening ? new Promise((resolve) => server.close(resolve)) : undefined,
      ),
    )
  }
}
