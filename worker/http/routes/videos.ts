// /v1/videos: OpenAI's Videos API over logs. Creating submits, everything else reads one log or
// asks its generation to end differently.

import type { Context } from 'hono'
import { createRemixRequest, safeParseRemixRequest } from '../../../shared/request/remix.ts'
import type { CallerOptions, GenerationRequest } from '../../../shared/request/request.ts'
import { safeParseVideoRequest } from '../../../shared/request/request.ts'
import { initialState, toVideoResource } from '../../../shared/video/video.ts'
import { HttpError, notFound } from '../errors.ts'
import type { App } from '../context.ts'
import { readJson, readJsonOrForm, toHttpError } from '../body.ts'
import { withLink } from '../../proofs/withLink.ts'
import { parsePrefer } from '../preferences.ts'
import { waitForEnd } from '../readGeneration.ts'
import { findVideo } from '../findVideo.ts'
import { submitRequest } from '../submitRequest.ts'
import { toOrigin, toVideoResponse } from '../videoResponse.ts'
import { getAccount, getGeneration } from '../../objects.ts'

export async function createVideo(context: Context<App>): Promise<Response> {
  const { models } = context.var.gateway.config
  const parsed = await safeParseVideoRequest(await readJsonOrForm(context), models)
  if (!parsed.ok) throw toHttpError(parsed)
  return await submitVideo(context, parsed.request, parsed.options, null)
}

export async function remixVideo(context: Context<App>): Promise<Response> {
  const order = safeParseRemixRequest(await readJson(context))
  if (!order.ok) throw toHttpError(order)
  const { identity } = await findVideo(context)
  const material = await getGeneration(context.env, identity.id).remixMaterial()
  if (material === null) {
    throw new HttpError('not_remixable', 'Only a completed video can be remixed.')
  }
  const remix = createRemixRequest(
    material.request,
    material.text,
    order.prompt,
    material.taskId,
    context.var.gateway.config.models,
  )
  if (!remix.ok) throw toHttpError(remix)
  return await submitVideo(context, remix.request, order.options, identity.id)
}

async function submitVideo(
  context: Context<App>,
  request: GenerationRequest,
  options: CallerOptions,
  remixedFrom: string | null,
): Promise<Response> {
  const submission = await submitRequest(context, request, options, remixedFrom)
  context.header('location', `/v1/videos/${submission.description.identity.id}`)
  const { waitSeconds } = parsePrefer(context.req.header('prefer'))
  if (waitSeconds === null || submission.description.state.endedAt !== null) {
    return await toVideoResponse(context, submission.description)
  }
  const { id } = submission.description.identity
  const description = await waitForEnd(context.env, id, waitSeconds * 1000)
  if (description === null) throw notFound()
  context.header('preference-applied', `wait=${waitSeconds}`)
  return await toVideoResponse(context, description)
}

export async function getVideo(context: Context<App>): Promise<Response> {
  return await toVideoResponse(context, await findVideo(context))
}

export async function listVideos(context: Context<App>): Promise<Response> {
  const { account } = context.var.principal
  const options = readListQuery(context)
  const page = await getAccount(context.env, account).list(options)
  if (page === null) {
    throw new HttpError('invalid_request', '`after` is not the id of one of your videos.', {
      param: 'after',
    })
  }
  const origin = toOrigin(context)
  const data = await Promise.all(
    page.rows.map(async (row) => {
      const hasSourceUrl = row.code === 'download_failed' || row.code === 'storage_failed'
      if (row.video !== null && !hasSourceUrl) {
        return await withLink(context.var.gateway.links, row.video, origin)
      }
      // Only its own log knows how far it is, and keeps the relay's link to what was not stored.
      const description = await getGeneration(context.env, row.id).describe(account)
      if (description !== null) {
        return await withLink(context.var.gateway.links, description.video, origin)
      }
      // Admitted a moment ago, and its start is on the way; anything else is gone.
      const { retentionMs } = context.var.gateway.config.generation
      return row.state === 'admitted'
        ? toVideoResource(row.identity, initialState, retentionMs)
        : null
    }),
  )
  const videos = data.filter((video) => video !== null)
  context.header('cache-control', 'no-store')
  return context.json({
    object: 'list',
    data: videos,
    first_id: videos.at(0)?.id ?? null,
    last_id: page.rows.at(-1)?.id ?? null,
    has_more: page.hasMore,
  })
}

function readListQuery(context: Context<App>): {
  after: string | null
  order: 'asc' | 'desc'
  limit: number
} {
  const { after, order = 'desc', limit = '20' } = context.req.query()
  if (order !== 'asc' && order !== 'desc') {
    throw new HttpError('invalid_request', '`order` must be asc or desc.', { param: 'order' })
  }
  if (!/^\d{1,3}$/.test(limit) || Number(limit) > 100) {
    throw new HttpError('invalid_request', '`limit` must be a whole number from 0 to 100.', {
      param: 'limit',
    })
  }
  return { after: after ?? null, order, limit: Number(limit) }
}

export async function deleteVideo(context: Context<App>): Promise<Response> {
  const { identity } = await findVideo(context)
  if (!(await getGeneration(context.env, identity.id).remove())) {
    throw new HttpError('not_terminal', 'The video is still being made. Cancel it first, or wait.')
  }
  return context.json({ id: identity.id, object: 'video.deleted', deleted: true })
}

export async function cancelVideo(context: Context<App>): Promise<Response> {
  const { identity } = await findVideo(context)
  const description = await getGeneration(context.env, identity.id).cancel()
  if (description === null) throw notFound()
  return await toVideoResponse(context, description)
}

export async function archiveVideo(context: Context<App>): Promise<Response> {
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
    'No relay offers this yet. Use POST /v1/videos or POST /v1/videos/{id}/remix.',
  )
}
