// The only way out to addresses that a caller or a relay gave us. No key, cookie or referrer ever
// leaves here, every hop of a redirect is checked like the first address, and every wait and every
// body has a limit. What a name resolves to is out of a Worker's sight; see `checkUrl`.

import { Limits, type Clock } from '../../shared/limits.ts'
import { checkUrl, type UrlPolicy } from './checkUrl.ts'
import { waitFor, type Exchange } from './exchange.ts'
import { OutboundError } from './outboundError.ts'
import { parseExpectedBytes, readBody, type BodyLimits } from './readBody.ts'

export interface OutboundPorts extends Clock {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly policy: UrlPolicy
  /** Where webhooks may go, as patterns; none: everywhere that the policy lets them. */
  readonly webhookHosts?: readonly string[]
  /** Of what is posted; default: `policy`. */
  readonly postPolicy?: UrlPolicy
  readonly limits?: Partial<OutboundLimits> | undefined
}

export interface OutboundLimits extends BodyLimits {
  /** Until the response headers of one hop. */
  readonly headersMs: number
  /** Longest wait for the next bytes. */
  readonly idleMs: number
}

export type Download =
  | {
      readonly ok: true
      readonly headers: Headers
      /** How many bytes will come; null when nobody knows. */
      readonly length: number | null
      /**
       * The bytes as they arrive; an `OutboundError` is thrown when they end early. Read it, or
       * abort the signal: an untouched body keeps its connection.
       */
      readonly body: AsyncIterable<Uint8Array>
    }
  /** `final`: trying again cannot help. */
  | { readonly ok: false; readonly final: boolean; readonly message: string }

export type Delivery =
  | { readonly ok: true; readonly status: number }
  | {
      readonly ok: false
      /** Null when there was no answer. */
      readonly status: number | null
      readonly final: boolean
      readonly message: string
      /** As the receiver sent it. */
      readonly retryAfter: string | null
      /** A short answer (up to 4 KiB), to recognise a known receiver by. Never show or store it. */
      readonly text: string
    }

interface PostOptions {
  readonly timeoutMs?: number
  /** The operator's own receiver: it needs no place in the list of hosts. */
  readonly isOperators?: boolean
}

export interface Outbound {
  /** GETs a body of any size, following at most three redirects. */
  /**
   * `headers`: for the operator's own relay, whose address needs no guard and whose key goes to that
   * address alone. Redirects are followed without them, and guarded.
   */
  download(
    url: string,
    signal?: AbortSignal,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Download>
  /** GETs a small document without following redirects; null when it is not there. */
  readText(url: string, signal?: AbortSignal): Promise<string | null>
  /** POSTs a webhook once, within 15 s for everything. Only 2xx is a delivery; a redirect is not. */
  post(
    url: string,
    body: string,
    headers: Readonly<Record<string, string>>,
    options?: PostOptions,
  ): Promise<Delivery>
}

const defaultLimits: OutboundLimits = {
  headersMs: 30_000,
  idleMs: 30_000,
  graceMs: 30_000,
  // A 100 MB video then takes half an hour, which is as long as an archive is tried.
  minBytesPerSecond: 50_000,
  // Ten times the largest video a relay makes today (25 s of 1080p, about 100 MB).
  maxBytes: 1024 * 1024 * 1024,
}
const maxRedirects = 3
// Standard Webhooks asks receivers to answer within 15 to 30 s.
const defaultPostMs = 15_000
const maxDocumentBytes = 256 * 1024
// What a receiver says besides its status matters little: 2 s and 4 KiB of it, then we hang up.
const answerIdleMs = 2_000
const answerLimits: BodyLimits = {
  graceMs: 2_000,
  minBytesPerSecond: Infinity,
  maxBytes: 4 * 1024,
}
const userAgent = 'Reelay/1'
// A compressed body would hide its length, and videos do not compress.
const getHeaders = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': userAgent }

/** Is this request one of our own deliveries, come back to us by another name? */
export function isOwnDelivery(headers: Headers): boolean {
  return headers.get('user-agent') === userAgent && headers.has('webhook-id')
}

export function createOutbound(ports: OutboundPorts): Outbound {
  const { policy, postPolicy = policy, now } = ports
  const limits: OutboundLimits = { ...defaultLimits, ...ports.limits }

  const open = (headersMs: number, idleMs: number, caller?: AbortSignal): Exchange =>
    new Limits(ports, { late: headersMs, silent: idleMs }, caller)

  async function send(url: URL, init: RequestInit, exchange: Exchange): Promise<Response> {
    // Followed by hand: the platform would repeat headers and even the POST at a host nobody checked.
    const options: RequestInit = { ...init, redirect: 'manual', signal: exchange.signal }
    return await waitFor(ports.fetch(url.href, options), exchange, 'late')
  }

  function check(url: string, by = policy): URL {
    const verdict = checkUrl(url, by)
    if (!verdict.ok) throw new OutboundError('refused', verdict.message)
    return verdict.url
  }

  async function follow(
    address: string,
    exchange: Exchange,
    own?: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const visited = new Set<string>()
    let url = own === undefined ? check(address) : new URL(address)
    while (visited.size <= maxRedirects) {
      const headers = visited.size === 0 ? { ...own, ...getHeaders } : getHeaders
      visited.add(url.href)
      const response = await send(url, { headers }, exchange)
      const location = isRedirect(response.status) ? response.headers.get('location') : null
      if (location === null) return response
      await response.body?.cancel()
      if (!URL.canParse(location, url.href)) throw new OutboundError('redirects')
      url = check(new URL(location, url.href).href)
      if (visited.has(url.href)) break
    }
    throw new OutboundError('redirects')
  }

  async function readText(
    response: Response,
    exchange: Exchange,
    bodyLimits: BodyLimits,
  ): Promise<string> {
    const decoder = new TextDecoder()
    let text = ''
    for await (const bytes of readBody(response, exchange, bodyLimits, now)) {
      text += decoder.decode(bytes, { stream: true })
    }
    return text
  }

  return {
    async download(address, signal, headers) {
      const exchange = open(limits.headersMs, limits.idleMs, signal)
      try {
        const response = await follow(address, exchange, headers)
        // At the operator's own relay the key may be mended.
        const isOwn = headers !== undefined
        if (response.status !== 200) throw toStatusError(response.status, isOwn)
        if (Number(response.headers.get('content-length')) > limits.maxBytes) {
          throw new OutboundError('too_large')
        }
        const body = readBody(response, exchange, limits, now)
        const length = parseExpectedBytes(response.headers)
        return { ok: true, headers: response.headers, length, body }
      } catch (error) {
        exchange.end()
        if (!(error instanceof OutboundError)) throw error
        return { ok: false, final: error.final, message: error.message }
      }
    },

    async readText(address, signal) {
      const exchange = open(limits.headersMs, limits.idleMs, signal)
      try {
        const response = await send(check(address), { headers: getHeaders }, exchange)
        const documentLimits = { ...limits, maxBytes: maxDocumentBytes }
        return response.ok ? await readText(response, exchange, documentLimits) : null
      } catch (error) {
        if (!(error instanceof OutboundError)) throw error
        return null
      } finally {
        exchange.end()
      }
    },

    async post(address, body, headers, { timeoutMs = defaultPostMs, isOperators = false } = {}) {
      const onlyHosts = isOperators ? [] : (ports.webhookHosts ?? [])
      const exchange = open(timeoutMs, answerIdleMs)
      const init = { method: 'POST', body, headers: { ...headers, 'user-agent': userAgent } }
      try {
        const response = await send(check(address, { ...postPolicy, onlyHosts }), init, exchange)
        const { status } = response
        if (response.ok) return { ok: true, status }
        const text = await readText(response, exchange, answerLimits).catch(() => '')
        const retryAfter = response.headers.get('retry-after')
        const message = `The receiver answered ${status}.`
        return { ok: false, status, final: false, message, retryAfter, text }
      } catch (error) {
        if (!(error instanceof OutboundError)) throw error
        const { final, message } = error
        return { ok: false, status: null, final, message, retryAfter: null, text: '' }
      } finally {
        exchange.end()
      }
    },
  }
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

function toStatusError(status: number, isOwn: boolean): OutboundError {
  // 404 is not among them: a link is often announced before the host's edges know the file.
  const isExpired = [401, 403, 410, 451].includes(status) && !isOwn
  return new OutboundError(
    isExpired ? 'expired' : 'status',
    `The host answered ${status}${isExpired ? ': the link is no longer valid' : ''}.`,
  )
}
