// A TCP proxy in front of a server, to see what no HTTP server shows in time: whether the other
// side's connection is still open, and when it went.

import { createServer, connect, type Socket } from 'node:net'

export interface Tap {
  /** The server's address, through the proxy. */
  readonly origin: string
  readonly open: number
  /** Resolves once no connection is open. */
  settled(): Promise<void>
  /** Ends every connection, as a broken network would. */
  cut(): void
  close(): Promise<void>
}

export async function startTap(target: string): Promise<Tap> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const waiting: (() => void)[] = []
  const server = createServer((socket) => {
    const upstream = connect(Number(port), hostname)
    sockets.add(socket)
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
    }
    socket.on('close', () => {
      sockets.delete(socket)
      if (sockets.size === 0) for (const wake of waiting.splice(0)) wake()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    get open() {
      return sockets.size
    },
    settled: async () => {
      if (sockets.size > 0) await new Promise<void>((resolve) => waiting.push(resolve))
    },
    cut() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
