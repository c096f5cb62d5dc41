// A client that hides nothing: opens a socket, writes a request, and says which bytes came and how
// the connection ended. HTTP clients turn half of these faults into the same error.

import { connect } from 'node:net'

export interface RawAnswer {
  /** All bytes, one character each. */
  readonly text: string
  /** `open`: still connected when `enough` said so or the patience ran out. */
  readonly ending: 'fin' | 'reset' | 'open'
}

export interface RawOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Stop reading once this is true. */
  readonly enough?: (text: string) => boolean
  /** Milliseconds of silence after which the connection counts as open; default 150. */
  readonly patienceMs?: number
}

export function requestRaw(url: string, options: RawOptions = {}): Promise<RawAnswer> {
  const { hostname, port, host, pathname, search } = new URL(url)
  const { headers = {}, body, enough = () => false, patienceMs = 150 } = options
  const lines = [
    `${body === undefined ? 'GET' : 'POST'} ${pathname}${search} HTTP/1.1`,
    `host: ${host}`,
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`content-length: ${Buffer.byteLength(body)}`]),
  ]
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let text = ''
    const finish = (ending: RawAnswer['ending']) => {
      socket.destroy()
      resolve({ text, ending })
    }
    socket.setTimeout(patienceMs, () => finish('open'))
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
      if (enough(text)) finish('open')
    })
    socket.on('end', () => finish('fin'))
    socket.on('error', (error) => {
      if ('code' in error && error.code === 'ECONNRESET') finish('reset')
      else reject(error)
    })
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`)
  })
}
