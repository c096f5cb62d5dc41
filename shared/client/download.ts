// Reads a long body to its end and continues with a Range request where a connection broke, so that
// one lost connection does not cost the whole video. Nothing is buffered.

import type { TransportResponse } from '../ports.ts'
import { ApiError, toConnectionError } from './error.ts'
import { listen } from './listen.ts'
import { send, type ClientPorts } from './send.ts'

export interface Download {
  /** Bytes in total, when the server said so. */
  readonly bytes: number | null
  readonly contentType: string | null
  readonly body: AsyncIterable<Uint8Array>
}

// Each counts only when not one byte came through since the one before.
const maxFailures = 4
const firstPauseMs = 500

/** @throws ApiError when the server refuses, or the connection breaks again and again. */
export async function openDownload(
  ports: ClientPorts,
  url: string,
  signal?: AbortSignal,
): Promise<Download> {
  const first = await begin(ports, url, signal)
  const length = Number(first.header('content-length') ?? NaN)
  const bytes = Number.isSafeInteger(length) ? length : null
  const body = readAll(ports, url, first, bytes, signal)
  return { bytes, contentType: first.header('content-type'), body }
}

/** What is paid for is not lost to one bad answer. */
async function begin(
  ports: ClientPorts,
  url: string,
  signal: AbortSignal | undefined,
): Promise<TransportResponse> {
  for (let failures = 0; ; failures++) {
    const [tried] = await Promise.allSettled([requestFrom(ports, url, 0, null, signal)])
    if (tried.status === 'fulfilled') return tried.value
    const error: unknown = tried.reason
    if (!(error instanceof ApiError) || !error.shouldRetry || failures >= maxFailures) throw error
    const pauseMs = firstPauseMs * 2 ** failures
    await ports.sleep(Math.max(pauseMs, error.retryAfterMs ?? 0), signal)
  }
}

async function* readAll(
  ports: ClientPorts,
  url: string,
  first: TransportResponse,
  bytes: number | null,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const etag = first.header('etag')
  let response: TransportResponse | null = first
  let offset = 0
  let failures = 0
  for (;;) {
    let failure: ApiError
    try {
      response ??= await requestFrom(ports, url, offset, etag, signal)
      for await (const part of listen(ports, response.body)) {
        offset += part.length
        failures = 0
        yield part
      }
      if (bytes === null || offset >= bytes) return
      failure = toConnectionError(new Error(`the body ended after ${offset} of ${bytes} bytes`))
    } catch (error) {
      signal?.throwIfAborted()
      failure = toConnectionError(error)
    }
    response = null
    // Without an etag the rest might be of another file.
    if (!failure.shouldRetry || etag === null || ++failures > maxFailures) throw failure
    await ports.sleep(firstPauseMs * 2 ** (failures - 1), signal)
  }
}

async function requestFrom(
  ports: ClientPorts,
  url: string,
  offset: number,
  etag: string | null,
  signal: AbortSignal | undefined,
): Promise<TransportResponse> {
  const headers = {
    accept: '*/*',
    ...(offset > 0 && etag !== null ? { range: `bytes=${offset}-`, 'if-range': etag } : {}),
  }
  const expected = offset > 0 ? 206 : 200
  return await send(ports, { method: 'GET', url, headers, signal }, (status) => status === expected)
}
