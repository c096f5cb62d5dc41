// `Prefer: wait`: the answer is held until the video has ended or the time is over. A short wait is
// answered like any request. A long one sends status and headers first, as for a video that still runs,
// and keeps the connection with white space; its end is in the body alone.

import type { Description } from '../generation/generation.ts'
import { ObjectUnreached } from '../objects.ts'
import { report } from '../report/report.ts'
import type { AppContext } from './context.ts'
import { notFound } from './errors.ts'
import { KeyWatch } from './keyWatch.ts'
import { waitForEnd } from './readGeneration.ts'
import { streamJson } from './streamJson.ts'
import { tellWhenToAsk, toVideoResponse, withLinkFor } from './videoResponse.ts'

export async function toWaitedResponse(
  context: AppContext,
  id: string,
  waitSeconds: number,
): Promise<Response> {
  const { commentMs } = context.var.gateway.config
  const until = Date.now() + waitSeconds * 1000
  const wait = async () =>
    await waitForEnd(context.env, id, Math.min(commentMs, until - Date.now()))
  const isOver = ({ state }: Description) => state.endedAt !== null || Date.now() >= until

  const first = await wait()
  if (first === null) throw notFound()
  context.header('preference-applied', `wait=${waitSeconds}`)
  if (isOver(first)) return await toVideoResponse(context, first)

  let latest = first
  const watch = new KeyWatch(context)
  const body = streamJson(async () => {
    const next = await wait().catch((error: unknown) => {
      const what = error instanceof ObjectUnreached ? 'object not reached' : 'request failed'
      report({ what, id: context.var.requestId, error })
      return null
    })
    latest = next ?? latest
    // The status has gone out: what cannot be read any more, or may not, is answered as it was seen last.
    if (next !== null && !isOver(next) && (await watch.isGood())) return null
    return JSON.stringify(await withLinkFor(context, latest.video))
  })
  tellWhenToAsk(context)
  // Whatever compresses on the way holds single bytes back: the edge heeds the first, `wrangler dev` the
  // second of these.
  context.header('cache-control', 'no-store, no-transform')
  context.header('content-encoding', 'identity')
  return context.body(body, 200, { 'content-type': 'application/json' })
}
