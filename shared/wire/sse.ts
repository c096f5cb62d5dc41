// Bytes to server-sent events and back, exactly the WHATWG algorithm (HTML 9.2.6), for streams
// that cost money: every limit is a value, and what an unfinished stream still held can be salvaged.
// Hand-written because limits must count bytes and stray lines must stay readable: some relays
// forget `data:`. eventsource-parser is the oracle of the tests.

import { createLineReader } from './lines.ts'

const COLON = 58
const SPACE = 32
const MiB = 1024 * 1024
/** The line limit is about the value; this much field name comes on top. */
const FIELD_NAME_BYTES = 'data: '.length

export interface ServerSentEvent {
  /** `message` when the stream named none. */
  readonly type: string
  readonly data: string
  /** The last id the stream has set, also by an earlier event. */
  readonly lastEventId: string
}

/** Bytes. */
export interface SseLimits {
  /** One field's value. A progress line has 200 bytes; an image in base64 belongs in a link. */
  readonly line: number
  /** All `data` of one event. */
  readonly event: number
  /** Everything, comments included. */
  readonly stream: number
}

const defaultSseLimits: SseLimits = { line: MiB, event: 4 * MiB, stream: 16 * MiB }

export interface SseOptions {
  readonly limits?: Partial<SseLimits> | undefined
  readonly onEvent: (event: ServerSentEvent) => void
  /** A line whose field name the standard does not know, whole, in its place among the events. */
  readonly onStray?: (line: string) => void
}

export interface SseParser {
  readonly lastEventId: string
  /** Milliseconds as sent, unclamped: clamp before use. */
  readonly retryMs: number | null
  /** The limit that ended the stream; whatever is fed then is ignored. */
  readonly exceeded: keyof SseLimits | null
  feed(bytes: Uint8Array): void
  /** Treats what is pending at the end of the stream as complete, which the standard drops. */
  salvage(): void
}

export function createSseParser(options: SseOptions): SseParser {
  const limits = { ...defaultSseLimits, ...options.limits }
  let lastEventId = ''
  let pendingId: string | null = null
  let retryMs: number | null = null
  let exceeded: keyof SseLimits | null = null
  let type = ''
  let data: string | null = null
  let dataBytes = 0
  let streamBytes = 0

  const lines = createLineReader({ limit: limits.line + FIELD_NAME_BYTES, skip: COLON, onLine })

  function onLine(line: string, bytes: number): void {
    if (exceeded !== null) return
    if (line === '') {
      dispatch()
      return
    }
    const colon = line.indexOf(':')
    if (colon === 0) return
    switch (nameOf(line, colon)) {
      case 'data': {
        const value = valueAfter(line, colon)
        dataBytes += Math.max(0, bytes - (line.length - value.length)) + (data === null ? 0 : 1)
        if (dataBytes > limits.event) {
          exceeded = 'event'
          data = null
          return
        }
        data = data === null ? value : `${data}\n${value}`
        return
      }
      case 'event':
        type = valueAfter(line, colon)
        return
      case 'id': {
        const id = valueAfter(line, colon)
        if (!id.includes('\0')) pendingId = id
        return
      }
      case 'retry': {
        const digits = valueAfter(line, colon)
        if (isDigits(digits)) retryMs = Number(digits)
        return
      }
      default:
        options.onStray?.(line)
    }
  }

  function dispatch(): void {
    if (pendingId !== null) lastEventId = pendingId
    const event = data === null ? null : { type: type === '' ? 'message' : type, data, lastEventId }
    pendingId = null
    data = null
    dataBytes = 0
    type = ''
    if (event !== null) options.onEvent(event)
  }

  return {
    get lastEventId() {
      return lastEventId
    },
    get retryMs() {
      return retryMs
    },
    get exceeded() {
      return exceeded
    },
    feed(bytes) {
      if (exceeded !== null) return
      const room = limits.stream - streamBytes
      streamBytes += bytes.length
      lines.feed(bytes.length > room ? bytes.subarray(0, room) : bytes)
      if (exceeded === null && lines.overflowed) exceeded = 'line'
      if (exceeded === null && streamBytes > limits.stream) exceeded = 'stream'
    },
    salvage() {
      if (exceeded !== null) return
      lines.flush()
      dispatch()
    },
  }
}

/** A limit ended the stream. Which one is all there is to say: payloads never enter messages. */
export class SseLimitError extends Error {
  override readonly name = 'SseLimitError'
  readonly limit: keyof SseLimits
  constructor(limit: keyof SseLimits) {
    super(`The event stream was longer than its ${limit} limit allows.`)
    this.limit = limit
  }
}

/** The events of a body as they arrive; throws {@link SseLimitError}. Leaving early ends the body. */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  limits?: Partial<SseLimits>,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  let events: ServerSentEvent[] = []
  const parser = createSseParser({ limits, onEvent: (event) => events.push(event) })
  for await (const bytes of body) {
    parser.feed(bytes)
    yield* events
    events = []
    if (parser.exceeded !== null) throw new SseLimitError(parser.exceeded)
  }
}

export interface OutgoingEvent {
  readonly id?: string
  readonly event?: string
  readonly data?: string
  readonly comment?: string
}

/** One block for the wire, blank line included. No content can end its field or forge another. */
export function encodeEvent(event: OutgoingEvent): string {
  let block = ''
  if (event.comment !== undefined) block += encodeLines(':', event.comment)
  if (event.event !== undefined) block += `event: ${toOneLine(event.event)}\n`
  if (event.id !== undefined) block += `id: ${toOneLine(event.id)}\n`
  if (event.data !== undefined) block += encodeLines('data:', event.data)
  return `${block}\n`
}

function encodeLines(field: string, text: string): string {
  let block = ''
  const lines = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n')
  for (const line of lines) block += `${field} ${line}\n`
  return block
}

/** CR and LF would end the field; NUL would make a reader ignore an id. */
function toOneLine(text: string): string {
  return text.replaceAll('\r', '').replaceAll('\n', '').replaceAll('\0', '')
}

/** Nearly every line is `data`, which needs no copy to be recognised. */
function nameOf(line: string, colon: number): string {
  if (colon === 4 && line.startsWith('data')) return 'data'
  return colon === -1 ? line : line.slice(0, colon)
}

function valueAfter(line: string, colon: number): string {
  if (colon === -1) return ''
  return line.slice(line.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1)
}

/** ASCII digits only, at least one. */
export function isDigits(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 48 || code > 57) return false
  }
  return text.length > 0
}
