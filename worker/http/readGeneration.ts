// The Worker's side of reading a log: opens the stream its object makes, or waits for the end, and
// comes back when the object was moved meanwhile.

import type { AppContext } from './context.ts'
import { HttpError, invalid, notFound, toRetryAfter } from './errors.ts'
import type { Env } from '../env.ts'
import type { Description } from '../generation/generation.ts'
import { sleep } from '../platform/platform.ts'
import type { ReaderRequest } from '../generation/eventStream.ts'
import { getGeneration, ObjectUnreached } from '../objects.ts'
import { KeyWatch } from './keyWatch.ts'
import { toOrigin } from './videoResponse.ts'

/** One call into an object; shorter than any limit on the way, and repeated. */
const WAIT_SLICE_MS = 60_000
const AFTER_BROKEN_MS = 500
const CROWDED_MS = 15_000

/** The log as server-sent events, handed on as it is: what is in it was made where the log is. */
export async function streamGeneration(
  context: AppContext,
  id: string,
  as: ReaderRequest['as'],
  after: number,
  {
    includeUsage = false,
    guestUntil = null,
  }: Partial<Pick<ReaderRequest, 'includeUsage' | 'guestUntil'>> = {},
): Promise<Response> {
  const query = new URLSearchParams({
    as,
    origin: toOrigin(context),
    after: String(after),
    usage: includeUsage ? '1' : '0',
    ...(guestUntil !== null && { guestUntil: String(guestUntil) }),
  })
  const { status, body } = await getGeneration(context.env, id).fetch(
    `https://generation/?${query}`,
  )
  if (status === 416) throw invalid('after', 'There is no such offset in this log yet.')
  if (status === 503) {
    throw new HttpError(
      'try_again',
      'Very many follow this video already. Try again in a moment, or look at the video instead.',
      { headers: { 'retry-after': toRetryAfter(CROWDED_MS) } },
    )
  }
  if (status === 204) return context.body(null, 204)
  if (status !== 200 || body === null) throw notFound()
  // A link names no key, and ends the stream by itself.
  const answered = guestUntil === null ? new KeyWatch(context).guard(body) : body
  return context.body(answered, 200, { 'content-type': 'text/event-stream; charset=utf-8' })
}

/** null when it is gone. Returns what there is when `ms` are over. @throws when `watch` does */
export async function waitForEnd(
  env: Env,
  id: string,
  ms: number,
  watch?: KeyWatch,
): Promise<Description | null> {
  const until = Date.now() + ms
  const sliceMs = Math.min(WAIT_SLICE_MS, watch?.everyMs ?? Infinity)
  for (;;) {
    const left = until - Date.now()
    try {
      const generation = getGeneration(env, id)
      const description = await generation.waitForEnd(Math.max(0, Math.min(left, sliceMs)))
      if (description === null || description.state.endedAt !== null) return description
      if (Date.now() >= until) return description
      await watch?.require()
    } catch (error) {
      if (!(error instanceof ObjectUnreached)) throw error
      // Its object was restarted; the generation goes on, and so does the wait.
      if (Date.now() >= until) return await getGeneration(env, id).describe()
      await sleep(AFTER_BROKEN_MS)
    }
  }
}
