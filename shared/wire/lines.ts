// Bytes to lines, exactly as the event-stream standard cuts them: LF, CR, CRLF, at any chunking.
// Only whole lines are decoded, so a character that the network cut in two needs no special case,
// and a limit counts real bytes; the price is a copy of every line that spans two chunks, and of the
// lines behind it where there is room.

const LF = 10
const CR = 13
const BOM = 0xfeff
/** The first growth of the buffer for a line that spans chunks; most lines never need a second. */
const FIRST_HELD_BYTES = 4096
/** Up to here a loop copies faster than a view of the bytes is made. */
const FEW_BYTES = 32

export interface LineReaderOptions {
  /** Longest line in bytes, without its end. */
  readonly limit: number
  /** Lines that begin with this byte are dropped unread, at any length and in constant memory. */
  readonly skip?: number
  readonly onLine: (line: string, bytes: number) => void
}

export interface LineReader {
  /** True once a line was longer than the limit; whatever is fed then is ignored. */
  readonly overflowed: boolean
  feed(bytes: Uint8Array): void
  /** Hands out an unterminated last line. The stream has ended. */
  flush(): void
}

export function createLineReader(options: LineReaderOptions): LineReader {
  const { limit, skip, onLine } = options
  // ignoreBOM keeps every BOM in the text; exactly one, at the very start, is removed by hand.
  const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })
  let held = new Uint8Array(0)
  let heldBytes = 0
  let skipping = false
  let afterCr = false
  let isFirstLine = true
  let overflowed = false

  function emit(line: string, bytes: number): void {
    if (isFirstLine) {
      isFirstLine = false
      if (line.charCodeAt(0) === BOM) return onLine(line.slice(1), bytes)
    }
    onLine(line, bytes)
  }

  /** Hands out the lines that `source` holds between two places; behind each stands its end. */
  function emitLines(source: Uint8Array, from: number, to: number): void {
    // Decoding costs per call, not per byte: all the lines share one call.
    const text = decoder.decode(to - from === source.length ? source : source.subarray(from, to))
    let byte = from
    let start = 0
    let cr = text.indexOf('\r')
    let lf = text.indexOf('\n')
    while (cr !== -1 || lf !== -1) {
      const isLf = cr === -1 || (lf !== -1 && lf < cr)
      const end = isLf ? lf : cr
      // Lines are found in the text, where searching is fast. No character has less than one byte,
      // so the same end stands in the bytes at this place or a little behind it.
      let byteEnd = byte + end - start
      while (source[byteEnd] !== (isLf ? LF : CR)) byteEnd += 1
      if (source[byte] === skip) isFirstLine = false
      else if (byteEnd - byte > limit) {
        overflowed = true
        return
      } else emit(text.slice(start, end), byteEnd - byte)
      start = end + 1
      byte = byteEnd + 1
      if (!isLf) {
        if (source[byte] === LF) {
          start += 1
          byte += 1
        }
        cr = text.indexOf('\r', start)
      }
      // Each character is searched once: a match that lies ahead, or none, stays valid.
      if (lf !== -1 && lf < start) lf = text.indexOf('\n', start)
    }
  }

  function append(bytes: Uint8Array, from: number, to: number): void {
    const needed = heldBytes + to - from
    if (needed > held.length) {
      // Doubling keeps the copying linear when a long line arrives byte by byte.
      const larger = new Uint8Array(Math.max(FIRST_HELD_BYTES, needed, held.length * 2))
      larger.set(held.subarray(0, heldBytes))
      held = larger
    }
    if (to - from > FEW_BYTES) held.set(bytes.subarray(from, to), heldBytes)
    else for (let at = from; at < to; at += 1) held[heldBytes + at - from] = bytes[at] ?? 0
    heldBytes = needed
  }

  /** Keeps the beginning of a line whose end has not come. */
  function hold(bytes: Uint8Array, from: number): void {
    if (skipping || from === bytes.length) return
    if (heldBytes === 0 && bytes[from] === skip) {
      skipping = true
    } else if (heldBytes + bytes.length - from > limit) {
      overflowed = true
      held = new Uint8Array(0)
      heldBytes = 0
    } else append(bytes, from, bytes.length)
  }

  /** Ends the line that an earlier chunk began; says where the lines begin that are still to do. */
  function finishHeld(bytes: Uint8Array, from: number, to: number): number {
    if (skipping) {
      skipping = false
      isFirstLine = false
      return behindLineEnd(bytes, from)
    }
    // The lines behind it come along where there is room: one decoding less.
    const last = heldBytes + to - from <= held.length ? to : behindLineEnd(bytes, from)
    append(bytes, from, last)
    const length = heldBytes
    heldBytes = 0
    emitLines(held, 0, length)
    return last
  }

  return {
    get overflowed() {
      return overflowed
    },
    feed(bytes) {
      if (overflowed || bytes.length === 0) return
      let start = afterCr && bytes[0] === LF ? 1 : 0
      const end = behindLastLineEnd(bytes, start)
      // A CR at the end of a chunk is a line end already; only its LF may still follow.
      afterCr = end === bytes.length && bytes[end - 1] === CR
      if (end > start && (skipping || heldBytes > 0)) start = finishHeld(bytes, start, end)
      if (end > start && !overflowed) emitLines(bytes, start, end)
      if (!overflowed) hold(bytes, end)
    },
    flush() {
      if (heldBytes === 0 || overflowed) return
      const line = decoder.decode(held.subarray(0, heldBytes))
      const length = heldBytes
      heldBytes = 0
      emit(line, length)
    },
  }
}

/** Behind the last line end, or `start` when there is none. */
function behindLastLineEnd(bytes: Uint8Array, start: number): number {
  for (let at = bytes.length - 1; at >= start; at -= 1) {
    const byte = bytes[at] ?? 0
    // Hardly a byte of a text is so small: one comparison for nearly all of them.
    if (byte <= CR && (byte === LF || byte === CR)) return at + 1
  }
  return start
}

/** Behind the first line end, which is there. */
function behindLineEnd(bytes: Uint8Array, start: number): number {
  let at = start
  while (bytes[at] !== LF && bytes[at] !== CR) at += 1
  return at + (bytes[at] === CR && bytes[at + 1] === LF ? 2 : 1)
}
