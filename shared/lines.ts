// Bytes to lines, exactly as the event-stream standard cuts them: LF, CR, CRLF, at any chunking.
// Only whole lines are decoded, so a character that the network cut in two needs no special case,
// and a limit counts real bytes; the price is one copy of every line that spans two chunks.

const LF = 10
const CR = 13
const BOM = 0xfeff
/** The first growth of the buffer for a line that spans chunks; most lines never need a second. */
const FIRST_HELD_BYTES = 4096

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

  function emitHeld(): void {
    const line = decoder.decode(held.subarray(0, heldBytes))
    const length = heldBytes
    heldBytes = 0
    emit(line, length)
  }

  function hold(bytes: Uint8Array): void {
    if (skipping || bytes.length === 0) return
    if (heldBytes === 0 && bytes[0] === skip) {
      skipping = true
      return
    }
    const needed = heldBytes + bytes.length
    if (needed > limit) {
      overflowed = true
      held = new Uint8Array(0)
      heldBytes = 0
      return
    }
    if (needed > held.length) {
      // Doubling keeps the copying linear when a long line arrives byte by byte.
      const larger = new Uint8Array(Math.max(FIRST_HELD_BYTES, needed, held.length * 2))
      larger.set(held.subarray(0, heldBytes))
      held = larger
    }
    held.set(bytes, heldBytes)
    heldBytes = needed
  }

  /** The rest of a line that an earlier chunk began. */
  function finishHeld(bytes: Uint8Array): void {
    if (skipping) {
      skipping = false
      isFirstLine = false
      return
    }
    hold(bytes)
    if (!overflowed) emitHeld()
  }

  return {
    get overflowed() {
      return overflowed
    },
    feed(bytes) {
      if (overflowed || bytes.length === 0) return
      let start = afterCr && bytes[0] === LF ? 1 : 0
      afterCr = false
      let cr = bytes.indexOf(CR, start)
      let lf = bytes.indexOf(LF, start)
      // Decoding costs per call, not per byte: all the whole lines of a chunk share one call, made
      // when the first of them is known not to continue an earlier chunk.
      let text = ''
      let textStart = -1
      let isAscii = false
      while (cr !== -1 || lf !== -1) {
        const end = cr === -1 || (lf !== -1 && lf < cr) ? lf : cr
        if (skipping || heldBytes > 0) finishHeld(bytes.subarray(start, end))
        else {
          if (textStart === -1) {
            const whole = bytes.subarray(start, 1 + lastLineEnd(bytes))
            text = decoder.decode(whole)
            textStart = 0
            // As many characters as bytes: then offsets in one are offsets in the other.
            isAscii = text.length === whole.length
          }
          const length = end - start
          const textEnd = isAscii
            ? textStart + length
            : text.indexOf(end === cr ? '\r' : '\n', textStart)
          if (bytes[start] === skip) isFirstLine = false
          else if (length > limit) overflowed = true
          else emit(text.slice(textStart, textEnd), length)
          textStart = textEnd + 1
        }
        if (overflowed) return
        start = end + 1
        if (end === cr) {
          // A CR at the end of a chunk is a line end already; only its LF may still follow.
          if (start === bytes.length) afterCr = true
          else if (bytes[start] === LF) {
            start += 1
            if (textStart !== -1) textStart += 1
          }
        }
        // Each byte is searched once: a match that lies ahead, or none, stays valid.
        if (cr !== -1 && cr < start) cr = bytes.indexOf(CR, start)
        if (lf !== -1 && lf < start) lf = bytes.indexOf(LF, start)
      }
      hold(bytes.subarray(start))
    },
    flush() {
      if (heldBytes > 0 && !overflowed) emitHeld()
    },
  }
}

function lastLineEnd(bytes: Uint8Array): number {
  let at = bytes.length - 1
  while (at >= 0 && bytes[at] !== LF && bytes[at] !== CR) at -= 1
  return at
}
