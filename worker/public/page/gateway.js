// The shared client in a browser: its transport is fetch, its clock the page's. Routes that the
// client does not know go through `send`, with the same errors.

import { ApiError, createClient } from './core.js'

/** @typedef {import('../../../shared/client.ts').Client} Client */
/** @typedef {{ cached: boolean, collapsed: boolean }} Sharing how an answer came about */
/** @typedef {Client & { lastSharing(): Sharing, fetchJson(method: string, path: string, body?: object): Promise<unknown> }} Gateway */

/**
 * @param {() => string} getKey
 * @returns {Gateway}
 */
export function createGateway(getKey) {
  /** @type {Sharing} */
  let sharing = { cached: false, collapsed: false }

  /** @type {import('../../../shared/ports.ts').Transport['send']} */
  async function send({ method, url, headers, body, signal }) {
    if (typeof body === 'object') throw new TypeError('A page sends text.')
    const response = await fetch(url, {
      method,
      headers: { ...headers, authorization: `Bearer ${getKey()}` },
      body: body ?? null,
      signal: signal ?? null,
      redirect: 'error',
      credentials: 'omit',
    })
    if (method === 'POST') sharing = readSharing(response.headers.get('cache-status') ?? '')
    return {
      status: response.status,
      header: (name) => response.headers.get(name),
      body: readBytes(response),
    }
  }

  const client = createClient({ transport: { send }, sleep, now: Date.now, baseUrl: '/v1' })
  return {
    ...client,
    lastSharing: () => sharing,
    async fetchJson(method, path, body) {
      const response = await fetch(`/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${getKey()}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        credentials: 'omit',
      }).catch((cause) => {
        throw new ApiError('No answer arrived.', { code: 'connection_failed' }, { cause })
      })
      const answer = await response.json().catch(() => null)
      if (response.ok && answer !== null) return answer
      const { message, code } = answer?.error ?? {}
      throw new ApiError(typeof message === 'string' ? message : `HTTP ${response.status}`, {
        status: response.status,
        code: typeof code === 'string' ? code : 'unexpected_answer',
      })
    },
  }
}

/**
 * RFC 9211: a stored answer, or one shared with a request that is already under way.
 * @param {string} cacheStatus
 * @returns {Sharing}
 */
function readSharing(cacheStatus) {
  const parts = cacheStatus.split(';').map((part) => part.trim())
  return { cached: parts.includes('hit'), collapsed: parts.includes('collapsed') }
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
