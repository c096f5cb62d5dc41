// A client that hides nothing: opens a socket, writes a request, and says which bytes came and how
// the connection ended. HTTP clients turn half of the faults into the same error.

import { connect } from 'node:net'

export interface RawAnswer {
  /** All bytes that came, one character each. */
  readonly text: string
  /** `whole`: FIN behind a complete chunked body; `open`: still connected when it was enough. */
  readonly ending: 'whole' | 'fin' | 'reset' | 'open'
  /** NaN when the answer is not HTTP. */
  readonly status: number
  /** The body without chunk sizes, as far as it came. */
  readonly body: string
  header(name: string): string | undefined
}

export interface RawOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** Makes it a POST. */
  readonly body?: string
  /** Stop reading once this is true. */
  readonly enough?: (text: string) => boolean
  /** Milliseconds of silence after which the connection counts as open; default 5,000. */
  readonly patienceMs?: number
}

export function requestRaw(url: string, options: RawOptions = {}): Promise<RawAnswer> {
  const { hostname, port, host, pathname, search } = new URL(url)
  const { headers = {}, body, enough = () => false, patienceMs = 5000 } = options
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
    const finish = (ending: 'fin' | 'reset' | 'open') => {
      socket.destroy()
      resolve(toAnswer(text, ending))
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

function toAnswer(text: string, ending: 'fin' | 'reset' | 'open'): RawAnswer {
  const border = text.indexOf('\r\n\r\n')
  const lines = text.slice(0, Math.max(0, border)).split('\r\n')
  const payload = border < 0 ? '' : text.slice(border + 4)
  const header = (name: string) =>
    lines.find((line) => line.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2)
  const chunked = header('transfer-encoding') === 'chunked'
  return {
    text,
    ending: ending === 'fin' && chunked && payload.endsWith('0\r\n\r\n') ? 'whole' : ending,
    status: Number(/^HTTP\/1\.1 ([0-9]{3}) /.exec(text)?.[1]),
    body: chunked ? joinChunks(payload) : payload,
    header,
  }
}

function joinChunks(payload: string): string {
  const parts: string[] = []
  for (let at = 0; ;) {
    const line = payload.indexOf('\r\n', at)
    const size = Number.parseInt(payload.slice(at, line), 16)
    if (line < 0 || !(size > 0)) return parts.join('')
    parts.push(payload.slice(line + 2, line + 2 + size))
    at = line + 2 + size + 2
  }
}
