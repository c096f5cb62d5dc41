// The video a route names, if it is this account's. A mistyped or foreign id is refused by its MAC,
// before any object is touched, with the same bytes as one that never was.

import { initialState, toVideoResource, type VideoIdentity } from '../../shared/video/video.ts'
import type { Description } from '../generation/generation.ts'
import { getGeneration } from '../objects.ts'
import { isVideoId } from '../proofs/videoId.ts'
import { type AppContext, readId } from './context.ts'
import { HttpError, notFound } from './errors.ts'

/** `id`: of a video that the body names and not the path. */
export async function findVideo(
  context: AppContext,
  id: string = readId(context),
): Promise<Description> {
  const { gateway, principal, account } = context.var
  if (!(await isVideoId(gateway.signer, id, principal.account))) throw notFound()
  const description = await getGeneration(context.env, id).describe(principal.account)
  if (description !== null) return description
  const row = await account.find(id)
  if (row?.state === 'gone' && row.expired) {
    throw new HttpError('video_expired', 'This video was kept as long as promised and is gone now.')
  }
  if (row?.state !== 'admitted') throw notFound()
  return describeAdmitted(context, row.identity)
}

/** What was admitted a moment ago, while its start is on the way. */
export function describeAdmitted(context: AppContext, identity: VideoIdentity): Description {
  const { gateway, principal } = context.var
  const { retentionMs } = gateway.config.generation
  return {
    account: principal.account,
    identity,
    state: initialState,
    video: toVideoResource(identity, initialState, retentionMs),
    usage: null,
  }
}
