// /v1/videos: OpenAI's Videos API over logs. Creating submits, everything else reads one log or
// asks its generation to end differently.

import { safeParseVideoRequest } from '../../../shared/request/request.ts'
import { isUnstored } from '../../../shared/video/failures.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import type { ListedRow } from '../../account/generations.ts'
import { isWanted } from '../../account/videoList.ts'
import { HttpError, invalid, notFound } from '../errors.ts'
import type { AppContext } from '../context.ts'
import { readJsonOrForm, toHttpError } from '../body.ts'
import { parsePrefer } from '../preferences.ts'
import { describeAdmitted, findVideo } from '../findVideo.ts'
import { fillList, readAfter, readLimit, unknownCursor } from '../lists.ts'
import { readVideoFilter } from '../readVideoFilter.ts'
import { submitRequest } from '../submitRequest.ts'
import { toVideoResponse, withLinkFor } from '../videoResponse.ts'
import { toWaitedResponse } from '../waitedResponse.ts'
import { getGeneration } from '../../objects.ts'
import type { Accepted } from '../../submission/submit.ts'

export async function createVideo(context: AppContext): Promise<Response> {
  return await answerVideo(context, await submitVideo(context))
}

/** By itself, so that nothing of its images is left while the caller waits. */
async function submitVideo(context: AppContext): Promise<Accepted> {
  const { models } = context.var.gateway.config
  const parsed = await safeParseVideoRequest(await readJsonOrForm(context), models)
  if (!parsed.ok) throw toHttpError(parsed)
  return await submitRequest(context, parsed.request, parsed.options)
}

export async function answerVideo(
  context: AppContext,
  { description }: Accepted,
): Promise<Response> {
  const { id } = description.identity
  context.header('location', `/v1/videos/${id}`)
  const { waitSeconds } = parsePrefer(context.req.header('prefer'))
  if (waitSeconds === null || description.state.endedAt !== null) {
    return await toVideoResponse(context, description)
  }
  return await toWaitedResponse(context, id, waitSeconds)
}

export async function getVideo(context: AppContext): Promise<Response> {
  return await toVideoResponse(context, await findVideo(context))
}

export async function listVideos(context: AppContext): Promise<Response> {
  const order = context.req.query('order') ?? 'desc'
  if (order !== 'asc' && order !== 'desc') throw invalid('order', '`order` must be asc or desc.')
  const limit = readLimit(context, 0)
  const filter = readVideoFilter(context)
  const place = { after: readAfter(context), order, limit } as const
  const page = await context.var.account.list(filter === null ? place : { ...place, filter })
  if (page === null) throw unknownCursor('videos')
  const list = await fillList(page, async (row) => {
    const video = await describeRow(context, row)
    return video === null || filter === null || isWanted(video, filter) ? video : null
  })
  return context.json(list)
}

/** null when it is gone. */
async function describeRow(
  context: AppContext,
  { id, video, code, state, identity }: ListedRow,
): Promise<VideoResource | null> {
  const hasSourceUrl = isUnstored(code)
  if (video !== null && !hasSourceUrl) return await withLinkFor(context, video)
  // Only its own log knows how far it is, and keeps the relay's link to what was not stored.
  const description = await getGeneration(context.env, id).describe(context.var.principal.account)
  if (description !== null) return await withLinkFor(context, description.video)
  return state === 'admitted' ? describeAdmitted(context, identity).video : null
}

export async function deleteVideo(context: AppContext): Promise<Response> {
  const { identity } = await findVideo(context)
  if (!(await getGeneration(context.env, identity.id).remove())) {
    throw new HttpError('not_terminal', 'The video is still being made. Cancel it first, or wait.')
  }
  return context.json({ id: identity.id, object: 'video.deleted', deleted: true })
}

export async function cancelVideo(context: AppContext): Promise<Response> {
  const { identity } = await findVideo(context)
  const description = await getGeneration(context.env, identity.id).cancel()
  if (description === null) throw notFound()
  return await toVideoResponse(context, description)
}

export async function archiveVideo(context: AppContext): Promise<Response> {
  const { identity, state } = await findVideo(context)
  const generation = getGeneration(context.env, identity.id)
  if (state.status !== 'completed' && !(await generation.archiveAgain())) {
    throw new HttpError(
      'not_archivable',
      'Only a video whose download or storage failed can be archived again.',
    )
  }
  const description = await generation.describe(context.var.principal.account)
  if (description === null) throw notFound()
  return await toVideoResponse(context, description)
}

export function refuseUnsupported(): never {
  throw new HttpError(
    'not_supported',
    'Characters are offered by no relay. Use POST /v1/videos with reference_images.',
  )
}
