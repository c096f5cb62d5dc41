// The client that the page shares with n8n, in a browser: its transport is fetch, its clock the
// page's.

import { createClient } from './core.js'

/** @typedef {import('../../../shared/client/client.ts').Client} Gateway */

/**
 * @param {() => string} getKey
 * @returns {Gateway}
 */
export function createGateway(getKey) {
  /** @type {import('../../../shared/ports.ts').Transport['send']} */
  async function send({ method, url, headers, body, signal }) {
    if (typeof body === 'object') throw new TypeError('A page sends text.')
    // No `cache` mode here: some would add Cache-Control: no-cache, which asks for a new generation.
    /** @type {RequestInit} */
    const request = {
      method,
      headers: { ...headers, authorization: `Bearer ${getKey()}` },
      body: body ?? null,
      signal: signal ?? null,
      redirect: 'error',
      credentials: 'omit',
    }
    const response = await fetch(url, request)
    return {
      status: response.status,
      header: (name) => response.headers.get(name),
      body: readBytes(response),
    }
  }
  return createClient({ transport: { send }, sleep, now: Date.now, baseUrl: '/v1' })
}

/** @param {Response} response */
async function* readBytes({ body }) {
  if (body === null) return
  // Not `for await (… of body)`: Safari's streams cannot.
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

/**
 * @param {number} ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
function sleep(ms, signal) {
  return new Promise((resolve, reject) => {
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
}
