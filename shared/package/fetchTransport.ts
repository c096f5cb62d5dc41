// The client's way out, over the `fetch` that every host has, and its clock.

import type { Sleep, Transport } from '../ports.ts'

export function createFetchTransport(
  apiKey: string,
  send: typeof globalThis.fetch,
  more: Readonly<Record<string, string>>,
): Transport {
  return {
    async send({ method, url, headers, body, signal }) {
      if (typeof body === 'object') throw new TypeError('This client sends text.')
      const response = await send(url, {
        method,
        headers: { ...more, ...headers, authorization: `Bearer ${apiKey}` },
        // A key goes along no redirect.
        redirect: 'manual',
        ...(body !== undefined && { body }),
        ...(signal !== undefined && { signal }),
      })
      return {
        // A browser hides where it leads, and with it the status.
        status: String(response.type) === 'opaqueredirect' ? 302 : response.status,
        header: (name) => response.headers.get(name),
        body: readBody(response.body),
      }
    },
  }
}

async function* readBody(body: ReadableStream<Uint8Array> | null) {
  if (body === null) return
  // Not `for await (… of body)`: Safari's streams cannot.
  const reader = body.getReader()
  let isWhole = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) {
        isWhole = true
        return
      }
      yield value
    }
  } finally {
    // Of a body that broke, that is a second failure of the same kind.
    if (!isWhole) await reader.cancel().catch(() => undefined)
  }
}

export const sleep: Sleep = (ms, signal) =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted === true) stop()
  })
