// Bytes to server-sent events and back, the WHATWG algorithm (HTML 9.2.6), for streams that cost
// money: every limit is a value, and what an unfinished stream still held can be salvaged.
// Hand-written because stray lines must stay readable: some relays forget `data:`.
// `id` and `retry` are recognised and dropped: whoever resumes here goes by offsets of their own.

const MiB = 1024 * 1024
/** The line limit is about the value; this much field name comes on top. */
const FIELD_NAME_BYTES = 'data: '.length

export interface ServerSentEvent {
  /** `message` when the stream named none. */
  readonly type: string
  readonly data: string
}

/** Bytes; one that is not UTF-8 may count for three. */
export interface SseLimits {
  /** One field's value. A progress line has 200 bytes; an image in base64 belongs in a link. */
  readonly line: number
  /** All `data` of one event. */
  readonly event: number
  /** Everything, comments included. */
  readonly stream: number
}

const defaultLimits: SseLimits = { line: MiB, event: 4 * MiB, stream: 16 * MiB }

export interface SseOptions {
  readonly limits?: Partial<SseLimits> | undefined
  readonly onEvent: (event: ServerSentEvent) => void
  /** A line whose field name the standard does not know, whole, in its place among the events. */
  readonly onStray?: (line: string) => void
}

export class SseParser {
  /** The limit that ended the stream; whatever is fed then is ignored. */
  exceeded: keyof SseLimits | null = null
  readonly #options: SseOptions
  readonly #limits: SseLimits
  // A decoder that takes the BOM away itself takes a second one too, on some hosts, behind a cut.
  readonly #decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })
  #streamBytes = 0
  #isStart = true
  /** The line whose end has not come; of a comment, at any length, only its colon. */
  #open = ''
  #openBytes = 0
  #isComment = false
  #isAfterCr = false
  #type = ''
  #data: string[] = []
  #dataBytes = 0

  constructor(options: SseOptions) {
    this.#options = options
    this.#limits = { ...defaultLimits, ...options.limits }
  }

  feed(bytes: Uint8Array): void {
    if (this.exceeded !== null) return
    const room = this.#limits.stream - this.#streamBytes
    this.#streamBytes += bytes.length
    this.#read(this.#decoder.decode(bytes.subarray(0, room), { stream: true }))
    if (this.#streamBytes > this.#limits.stream) this.exceeded ??= 'stream'
  }

  /** Treats what is pending at the end of the stream as complete, which the standard drops. */
  salvage(): void {
    if (this.exceeded === null) this.#read(`${this.#decoder.decode()}\n\n`)
  }

  #read(text: string): void {
    if (text === '') return
    const isBom = this.#isStart && text.startsWith('\uFEFF')
    // A CR at the end of a chunk ended its line already; only its LF may still follow.
    const isLf = this.#isAfterCr && text.startsWith('\n')
    const fresh = isBom || isLf ? text.slice(1) : text
    this.#isStart = false
    this.#isAfterCr = text.endsWith('\r')
    const [first = '', ...others] = fresh.split(/\r\n|\r|\n/)
    this.#extend(first)
    for (const line of others) {
      this.#finishLine()
      if (this.exceeded !== null) return
      this.#extend(line)
    }
  }

  #extend(piece: string): void {
    // Asked of the piece: the line itself would be copied whole each time it is looked at.
    if (this.#open === '') this.#isComment = piece.startsWith(':')
    if (this.#isComment) {
      this.#open = ':'
      return
    }
    this.#open += piece
    this.#openBytes += countBytes(piece)
    if (this.#openBytes > this.#limits.line + FIELD_NAME_BYTES) this.exceeded = 'line'
  }

  #finishLine(): void {
    const line = this.#open
    const bytes = this.#openBytes
    this.#open = ''
    this.#openBytes = 0
    if (this.exceeded !== null) return
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    const name = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    switch (name) {
      case 'data':
        this.#dataBytes += bytes - (line.length - value.length) + (this.#data.length > 0 ? 1 : 0)
        this.#data.push(value)
        if (this.#dataBytes > this.#limits.event) this.exceeded = 'event'
        return
      case 'event':
        this.#type = value
        return
      case '':
      case 'id':
      case 'retry':
        return
      default:
        this.#options.onStray?.(line)
    }
  }

  #dispatch(): void {
    const [type, data] = [this.#type, this.#data]
    this.#type = ''
    this.#data = []
    this.#dataBytes = 0
    if (data.length === 0) return
    this.#options.onEvent({ type: type === '' ? 'message' : type, data: data.join('\n') })
  }
}

/** In UTF-8: two bytes up to U+07FF, three up to U+FFFF, and four for the two halves of a pair. */
function countBytes(text: string): number {
  let bytes = text.length
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1
  }
  return bytes
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

/** ASCII digits only, at least one. */
export function isDigits(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 48 || code > 57) return false
  }
  return text.length > 0
}
