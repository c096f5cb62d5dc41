// Every call of a generation to its store and its account ends: one that is not answered within a
// minute has failed; of one that takes bytes, one that does not ask for the next within a minute. What it may still do later is harmless, because each of them may be repeated.

import { type Clock, Limits, settleWithin } from '../../shared/limits.ts'
import type { Bucket, StreamedBody } from '../../shared/ports.ts'
import type { GenerationPorts } from './ports.ts'

const CALL_MS = 60_000

export function withDeadlines(ports: GenerationPorts): GenerationPorts {
  return {
    ...ports,
    bucket: { ...limitCalls(ports, 'store', ports.bucket), ...limitSending(ports, ports.bucket) },
    account: limitCalls(ports, 'account', ports.account),
  }
}

type Call = (...args: unknown[]) => Promise<unknown>

/** A port all of whose members are calls. */
function limitCalls<Port extends object>(clock: Clock, limit: string, port: Port): Port {
  const calls = Object.entries(port) as [string, Call][]
  return Object.fromEntries(
    calls.map(([name, call]): [string, Call] => [
      name,
      (...args) => settleWithin(clock, limit, CALL_MS, call(...args)),
    ]),
  ) as Port
}

/** Bytes come as fast as their source: the minute counts while it is the store's turn. */
function limitSending(clock: Clock, bucket: Bucket): Pick<Bucket, 'put' | 'uploadPart'> {
  return {
    put: (key, body, sha256) => send(clock, body, (watched) => bucket.put(key, watched, sha256)),
    uploadPart: (key, uploadId, partNumber, body) =>
      send(clock, body, (watched) => bucket.uploadPart(key, uploadId, partNumber, watched)),
  }
}

async function send<T>(
  clock: Clock,
  body: StreamedBody,
  call: (watched: StreamedBody) => Promise<T>,
): Promise<T> {
  const limits = new Limits(clock, { store: CALL_MS })
  async function* watch(): AsyncGenerator<Uint8Array> {
    limits.stop('store')
    for await (const piece of body.bytes) {
      limits.start('store')
      yield piece
      limits.stop('store')
    }
    limits.start('store')
  }
  limits.start('store')
  try {
    return await limits.race(call({ length: body.length, bytes: watch() }))
  } finally {
    limits.end()
  }
}
