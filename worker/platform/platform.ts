// The platform as ports: Durable Object storage, timers, chance, fetch. The only place where the
// plain classes meet Cloudflare's names.

import type {
  Alarm,
  Digest,
  Random,
  Sleep,
  Sql,
  SqlRow,
  SqlValue,
  StreamedBody,
  Transport,
} from '../../shared/ports.ts'
import { report } from '../report/report.ts'
import { toHex } from '../../shared/wire/bytes.ts'

export function toSql(storage: DurableObjectStorage): Sql {
  return {
    exec: <Row extends SqlRow>(query: string, ...bindings: SqlValue[]) =>
      storage.sql.exec<Row>(query, ...bindings).toArray(),
    transaction: (closure) => storage.transactionSync(closure),
    flush: () => storage.sync(),
  }
}

/** `setAlarm` joins the write it stands beside; a failure resets the object, as any failed write does. */
export function toAlarm(storage: DurableObjectStorage): Alarm {
  return {
    get: () => storage.getAlarm(),
    set: (at) => void storage.setAlarm(at),
    clear: () => void storage.deleteAlarm(),
  }
}

/** Keeps the object alive for work that nobody waits for. */
export function toDefer(
  state: DurableObjectState,
  what: 'account work failed' | 'generation work failed' | 'scheduler work failed',
): (work: Promise<void>) => void {
  const id = state.id.name ?? ''
  return (work) => state.waitUntil(work.catch((error: unknown) => report({ what, id, error })))
}

export const sleep: Sleep = (ms, signal) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason)
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })

export const random: Random = (bytes) => crypto.getRandomValues(new Uint8Array(bytes))

export function createDigest(algorithm: 'SHA-256' | 'MD5'): Digest {
  const stream = new crypto.DigestStream(algorithm)
  const writer = stream.getWriter()
  return {
    async update(bytes) {
      await writer.write(bytes)
    },
    async hex() {
      await writer.close()
      return toHex(await stream.digest)
    },
  }
}

/** Requests to the configured relay. A redirect is an answer like any other: it is never followed. */
export const relayTransport: Transport = {
  async send({ method, url, headers, body, signal }) {
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      ...(body !== undefined && { body: typeof body === 'string' ? body : await toBody(body) }),
      ...(signal !== undefined && { signal: signal as globalThis.AbortSignal }),
    })
    return {
      status: response.status,
      header: (name) => response.headers.get(name),
      body: response.body ?? nothing(),
    }
  },
}

/** Largest body that is sent in one piece, bytes: without images nearly every request is. */
const ONE_PIECE_BYTES = 64 * 1024

/** A stream is pumped in turns of its own, which delays a small POST by half a millisecond. */
async function toBody(body: StreamedBody): Promise<ReadableStream | Uint8Array<ArrayBuffer>> {
  if (body.length > ONE_PIECE_BYTES) return toStream(body)
  const whole = new Uint8Array(body.length)
  let at = 0
  for await (const bytes of body.bytes) {
    whole.set(bytes, at)
    at += bytes.length
  }
  return whole
}

/** Fails, and whoever reads it, when fewer bytes come than were announced. */
export function toStream(body: StreamedBody): ReadableStream {
  const { readable, writable } = new FixedLengthStream(body.length)
  const pump = async () => {
    const writer = writable.getWriter()
    try {
      for await (const bytes of body.bytes) await writer.write(bytes)
      await writer.close()
    } catch (error) {
      // The request fails with the same error and reports it.
      await writer.abort(error)
    }
  }
  void pump()
  return readable
}

async function* nothing(): AsyncIterable<Uint8Array> {}
