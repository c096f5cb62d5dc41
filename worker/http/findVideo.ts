// The video a route names, if it is this account's. A mistyped or foreign id is refused by its MAC,
// before any object is touched, with the same bytes as one that never was.

import type { Context } from 'hono'
import { initialState, toVideoResource } from '../../shared/video/video.ts'
import { HttpError, notFound } from './errors.ts'
import type { App } from './context.ts'
import type { Description } from '../generation/generation.ts'
import { isVideoId } from '../proofs/videoId.ts'
import { getAccount, getGeneration } from '../objects.ts'

export async function findVideo(context: Context<App>): Promise<Description> {
  const id = context.req.param('id') ?? ''
  const { gateway, principal } = context.var
  const { account } = principal
  if (!(await isVideoId(gateway.signer, id, account))) throw notFound()
  const description = await getGeneration(context.env, id).describe(account)
  if (description !== null) return description
  const row = await getAccount(context.env, account).find(id)
  if (row?.state === 'gone' && row.expired) {
    throw new HttpError('video_expired', 'This video was kept as long as promised and is gone now.')
  }
  if (row?.state !== 'admitted') throw notFound()
  // Admitted a moment ago: its start is on the way.
  const { retentionMs } = gateway.config.generation
  return {
    account,
    identity: row.identity,
    state: initialState,
    video: toVideoResource(row.identity, initialState, retentionMs),
    usage: null,
  }
}
