// Bytes as long as any come. A network can lose a connection without telling either end: whoever reads
// on would wait for ever, in browsers and Workers without any limit of their host.

import { settleWithin, type Clock } from '../limits.ts'

/**
 * Longer than the longest pause between two comments of an event stream (COMMENT_MS, 60 s at most).
 */
export const deadMs = 90_000

/** @throws LimitReached when nothing came for so long; a slow reader is not waited for. */
export async function* listen(
  clock: Clock,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const parts = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await settleWithin(clock, 'silence', deadMs, parts.next())
      if (next.done === true) return
      yield next.value
    }
  } finally {
    // Of a dead one this never settles.
    parts.return?.().catch(() => undefined)
  }
}
