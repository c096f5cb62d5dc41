// Reads a body that may hold images into one piece of memory of its size, and nothing else: all that
// follows are views of it. What is larger than words ever are waits for room in the isolate first;
// when there is none for long, the caller is asked to come back.

import { LimitReached, Limits, runWithin } from '../../shared/limits.ts'
import { isolateBudget } from '../platform/budget.ts'
import { sleep } from '../platform/platform.ts'
import type { AppContext } from './context.ts'
import { HttpError, invalid, toRetryAfter } from './errors.ts'

/** What has no more than this waits for nothing, bytes. */
export const SMALL_BYTES = 64 * 1024
/** Beside the bytes: what is left of the JSON without its images, as text and parsed. */
const WORDS_BYTES = 2 * 1024 * 1024
/** How long a caller waits for room. */
const ROOM_MS = 10_000
/** How long it may take to send, and to pause: until then others wait for its room. */
const SEND_MS = 2 * 60_000
const PAUSE_MS = 15_000
/** A caller that hangs up ends this code with it, and nothing tells. */
const GONE_MS = 20_000

const clock = { now: Date.now, sleep }

/** null when it has more than `most` bytes. */
export async function readUpload(
  context: AppContext,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const header = context.req.header('content-length')
  const length = header === undefined ? null : Number(header)
  if (length !== null && length > most) return null
  if (length !== null && length > SMALL_BYTES) await takeRoom(context, length)
  const body: ReadableStream<Uint8Array> | null = context.req.raw.body
  if (body === null) return new Uint8Array(0)
  return await fill(new Uint8Array(length ?? SMALL_BYTES), body, {
    onPiece: () => context.var.upload?.renew(),
    more: async () => {
      if (length !== null) return 0
      await takeRoom(context, most)
      return most
    },
  })
}

/** Frees the memory that `bytes` are a view of, now: garbage would still stand where others come in. */
export function letGo({ buffer }: Uint8Array<ArrayBuffer>): void {
  if (!buffer.detached) buffer.transfer(0)
}

/** Others may come in; idempotent. */
export function endUpload(context: AppContext): void {
  context.var.upload?.end()
}

/** It stands in memory twice: here, and in the generation that stores it. */
async function takeRoom(context: AppContext, length: number): Promise<void> {
  const bytes = 2 * length + WORDS_BYTES
  // Nothing is paid yet: one account must not keep the images of the others out.
  const owner = context.var.principal.account
  try {
    const share = await runWithin(clock, ROOM_MS, (signal) =>
      isolateBudget.take(bytes, clock, { signal, silentMs: GONE_MS, owner }),
    )
    context.set('upload', share)
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error
    throw new HttpError(
      'try_again',
      'The gateway has no room for these images just now. Send the same request again.',
      { headers: { 'retry-after': toRetryAfter(ROOM_MS) } },
    )
  }
}

interface FillOptions {
  readonly onPiece: () => void
  /** How many bytes there may be after all, asked once when they do not fit. */
  readonly more: () => Promise<number>
}

async function fill(
  first: Uint8Array<ArrayBuffer>,
  body: ReadableStream<Uint8Array>,
  { onPiece, more }: FillOptions,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const limits = new Limits(clock, { sending: SEND_MS, pause: PAUSE_MS })
  // Straight into these bytes: chunks of its own would be as much garbage again.
  const reader = body.getReader({ mode: 'byob' })
  let bytes = first
  let length = 0
  let hasGrown = false
  try {
    limits.start('sending')
    for (;;) {
      const isFull = length === bytes.byteLength
      limits.start('pause')
      const { done, value } = await limits.race(
        reader.read(isFull ? new Uint8Array(1) : bytes.subarray(length)),
      )
      limits.stop('pause')
      onPiece()
      // Reading has moved them into another buffer.
      if (!isFull && value !== undefined) bytes = new Uint8Array(value.buffer)
      if (done) return bytes.subarray(0, length)
      if (isFull) {
        const most = hasGrown ? 0 : await more()
        if (most <= length) return null
        hasGrown = true
        const larger = new Uint8Array(most)
        larger.set(bytes)
        larger.set(value, length)
        bytes = larger
      }
      length += value.byteLength
    }
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error
    throw invalid(
      null,
      'The request took too long to arrive. Send smaller images, or links to them.',
    )
  } finally {
    limits.end()
    // Read to its end, or not wanted any more.
    reader.cancel().catch(() => undefined)
  }
}
