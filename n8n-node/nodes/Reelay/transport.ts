// Lends n8n's own HTTP helpers to the shared core: proxies, SSRF guard and tracing stay n8n's. The
// one file that performs requests.

import type {
  IExecuteFunctions,
  IHookFunctions,
  IHttpRequestOptions,
  ILoadOptionsFunctions,
  IN8nHttpFullResponse,
  IWebhookFunctions,
} from 'n8n-workflow'

import type { Transport, TransportRequest } from '../../../shared/ports.ts'

export type RequestContext =
  | IExecuteFunctions
  | IHookFunctions
  | ILoadOptionsFunctions
  | IWebhookFunctions

type BinaryInput = Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0]
type NodeReadable = Exclude<BinaryInput, Buffer>

export interface NodeTransport extends Transport {
  /** A stream of n8n's own kind, which its binary store insists on. */
  toReadable(source: AsyncIterable<Uint8Array>): NodeReadable
}

export interface TransportOptions {
  /** False for links of others, which must never see the key. */
  readonly authenticate: boolean
  /** Milliseconds without a byte after which n8n drops the connection. */
  readonly idleMs: number
}

export function createTransport(context: RequestContext, options: TransportOptions): NodeTransport {
  let readableClass: ReadableClass | null = null

  return {
    async send(request) {
      const { helpers } = context
      const httpOptions = await toOptions(request, options)
      const answer: unknown = options.authenticate
        ? await helpers.httpRequestWithAuthentication.call(
            withSignal(context, request.signal),
            'reelayApi',
            httpOptions,
          )
        : await helpers.httpRequest(httpOptions)
      if (!isFullResponse(answer)) throw new TypeError('n8n returned no response with a stream')
      const { statusCode, headers, body } = answer
      if (isReadableClass(body.constructor)) readableClass = body.constructor
      return {
        status: statusCode,
        header(name) {
          const value = headers[name.toLowerCase()]
          return typeof value === 'string' ? value : null
        },
        body,
      }
    },
    toReadable(source) {
      if (readableClass === null) throw new Error('toReadable needs an answer to have arrived')
      return readableClass.from(source)
    },
  }
}

/**
 * n8n puts the execution's cancel signal on every authenticated request, also on the one that is to
 * cancel the video. A view of the context whose signal is the request's own gives each its choice.
 */
function withSignal(context: RequestContext, signal: AbortSignal | undefined): IExecuteFunctions {
  return Object.create(context, { getExecutionCancelSignal: { value: () => signal } })
}

// Node's timers take no more; a longer one would fire at once.
const longestTimeoutMs = 2_147_483_647

async function toOptions(
  { method, url, headers, body, signal }: TransportRequest,
  { idleMs }: TransportOptions,
): Promise<IHttpRequestOptions> {
  const options: IHttpRequestOptions = {
    method,
    url,
    // A compressed event stream is delivered late, and a range of one is of no use.
    headers: { ...headers, 'accept-encoding': 'identity' },
    encoding: 'stream',
    returnFullResponse: true,
    // Otherwise n8n throws and the body, with the reason in it, is lost.
    ignoreHttpStatusErrors: true,
    // n8n would take the key along a redirect, to whomever it leads, and would follow it anywhere.
    disableFollowRedirect: true,
    timeout: Math.min(idleMs, longestTimeoutMs),
  }
  if (body !== undefined) options.body = typeof body === 'string' ? body : await collect(body.bytes)
  if (signal !== undefined) options.abortSignal = signal
  return options
}

/** A request body is at most a few images; axios wants it whole. */
async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts)
}

function isFullResponse(
  answer: unknown,
): answer is IN8nHttpFullResponse & { body: AsyncIterable<Uint8Array> } {
  if (typeof answer !== 'object' || answer === null) return false
  if (!('statusCode' in answer) || !('headers' in answer) || !('body' in answer)) return false
  const { body } = answer
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

interface ReadableClass {
  from(source: AsyncIterable<Uint8Array>): NodeReadable
}

/** n8n's lint forbids importing `stream`; every body is a Readable, and its class inherits `from`. */
function isReadableClass(value: unknown): value is ReadableClass {
  return typeof value === 'function' && 'from' in value && typeof value.from === 'function'
}

// EPROTO: the other side does not speak TLS, as where `http://` is missing before a port.
const unsentCodes = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EPROTO',
]

/** Why no connection was made at all, so that nothing can have been charged; null when one was. */
export function readUnsentCode(error: unknown): string | null {
  // The client wraps what n8n wrapped what axios wrapped what Node threw.
  let layer = error
  for (let depth = 0; depth < 5 && layer instanceof Error; depth++) {
    const code = 'code' in layer ? String(layer.code) : ''
    if (unsentCodes.includes(code)) return code
    layer = layer.cause
  }
  return null
}

export function wasNeverSent(error: unknown): boolean {
  return readUnsentCode(error) !== null
}
