// Generates through a gateway: create once, follow to the end. Creating is never interrupted, so
// that an id is known for everything that was paid; Stop then cancels what this item started.

import { isTerminal } from '../../../shared/video/events.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import type { Gateway } from './connection.ts'
import {
  toFailedProblem,
  toStoppedProblem,
  type Generated,
  type ItemGeneration,
} from './generation.ts'
import { toItemProblem } from './itemProblem.ts'
import { toVideoItem } from './videoItem.ts'

export interface Started {
  readonly video: VideoResource
  /** This item, now or in an earlier attempt, is why the video exists. */
  readonly isOwn: boolean
}

/** Starts the video, or finds the one this item has started before. */
export async function startOnGateway(gateway: Gateway, item: ItemGeneration): Promise<Started> {
  const { request, memory } = item
  const options = {
    idempotencyKey: item.idempotencyKey ?? undefined,
    cacheControl: request.options.cache === 'refresh' ? 'no-cache' : undefined,
  }
  const created =
    request.remixOf === null
      ? await gateway.client.createVideo(request.body, options)
      : await gateway.client.remix(request.remixOf, request.body, options)
  const { video } = created
  if (created.isNew) memory.write({ state: 'started', id: video.id })
  const earlier = memory.read()
  return { video, isOwn: earlier?.state === 'started' && earlier.id === video.id }
}

/** Starts the video and follows it to its end. */
export async function generateOnGateway(
  gateway: Gateway,
  item: ItemGeneration,
): Promise<Generated> {
  const started = await startOnGateway(gateway, item)
  const { id } = started.video
  const video = isTerminal({ type: started.video.status })
    ? started.video
    : await followToEnd(gateway, item, started)
  if (video.error !== null) throw toFailedProblem(video, video.error, 'gateway')
  if (video.id !== id) throw new Error('the gateway answered with another video')
  return { video, isCached: !started.isOwn, usage: null, needsKey: false }
}

async function followToEnd(
  gateway: Gateway,
  item: ItemGeneration,
  { video, isOwn }: Started,
): Promise<VideoResource> {
  const { stop, request, report } = item
  const { totalLimit, silenceLimit } = request.options
  const limits = { totalMs: totalLimit * 1000, silenceMs: silenceLimit * 1000 }
  let latest = video
  try {
    for await (const event of gateway.client.follow(video.id, { signal: stop, ...limits })) {
      report.add(event)
      if (event.type === 'completed') return event.video
      if (event.type === 'progress') {
        latest = { ...latest, status: 'in_progress', progress: Math.floor(event.progress) }
      }
    }
    return await gateway.client.retrieve(video.id)
  } catch (error) {
    const json = toVideoItem(latest)
    if (stop?.aborted !== true) throw toItemProblem(error, json)
    if (!isOwn) throw toStoppedProblem(json, 'shared')
    // Without the signal of the execution, which is aborted already. Why it may fail matters less
    // than what that means: nobody has stopped the video.
    const result = await gateway.client.cancel(video.id).then(
      () => 'cancelled' as const,
      () => 'unknown' as const,
    )
    throw toStoppedProblem(json, result)
  }
}
