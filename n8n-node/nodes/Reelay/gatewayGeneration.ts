// Generates through a gateway: create once, follow to the end. Creating is never interrupted, so
// that an id is known for everything that was paid; Stop then cancels what this item started.

import { ApiError } from '../../../shared/client/error.ts'
import { isTerminal } from '../../../shared/video/events.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import { isJsonObject, type JsonObject } from '../../../shared/wire/json.ts'
import type { Gateway } from './connection.ts'
import { toFailedProblem, type Generated, type ItemGeneration } from './generation.ts'
import { ItemProblem, toItemProblem } from './itemProblem.ts'
import { refuseStopped, toStoppedProblem } from './stopping.ts'
import { wasNeverSent } from './transport.ts'
import { originKey, toVideoItem } from './videoItem.ts'

export interface Started {
  readonly video: VideoResource
  /** This item, now or in an earlier attempt, is why the video exists. */
  readonly isOwn: boolean
  /** Nothing was sent for it now. */
  readonly isEarlier: boolean
}

/** Starts the video, or finds the one this item has started before. */
export async function startOnGateway(gateway: Gateway, item: ItemGeneration): Promise<Started> {
  const { request, memory, stop } = item
  refuseStopped(stop)
  const options = {
    idempotencyKey: item.idempotencyKey ?? undefined,
    cacheControl: item.isNewTake || request.options.cache === 'refresh' ? 'no-cache' : undefined,
    stop,
  }
  const creating =
    request.remixOf === null
      ? gateway.client.createVideo(withOrigin(item), options)
      : gateway.client.remix(request.remixOf, withOrigin(item), options)
  const created = await creating.catch((error: unknown) => {
    throw toUnorderedProblem(error, item)
  })
  const { video, isNew } = created
  if (isNew) memory.write({ state: 'started', id: video.id })
  const earlier = memory.read()
  const isOwn = earlier?.state === 'started' && earlier.id === video.id
  if (stop?.aborted === true && !isTerminal({ type: video.status })) {
    throw await toCancelledProblem(gateway, { video, isOwn })
  }
  return { video, isOwn, isEarlier: !isNew }
}

// More are refused, and the caller's own go first.
const maxMetadata = 16

function withOrigin({ context, request }: ItemGeneration): JsonObject {
  const { metadata = {} } = request.body
  const { id } = context.getWorkflow()
  const isFull = !isJsonObject(metadata) || Object.keys(metadata).length >= maxMetadata
  if (id === undefined || isFull) return request.body
  return { ...request.body, metadata: { ...metadata, [originKey]: id } }
}

/** What is known where no order was answered: whether there may be a video, and how to find it. */
function toUnorderedProblem(error: unknown, { stop, memory }: ItemGeneration): ItemProblem {
  const earlier = memory.read()
  const json = earlier?.state === 'started' ? { id: earlier.id } : {}
  const isAnswered = error instanceof ApiError && error.status > 0 && error.status < 500
  const isUnsent = wasNeverSent(error)
  if (stop?.aborted === true) {
    return toStoppedProblem(json, isAnswered || isUnsent ? 'unsent' : 'unanswered')
  }
  const problem = toItemProblem(error, json)
  if (isAnswered) return problem
  const advice = isUnsent
    ? 'Nothing was sent, nothing was charged.'
    : 'A video may be on its way, and may be charged: Get Many shows it. Retry On Fail finds it and pays nothing twice.'
  const known = { ...json, charge: isUnsent ? 'none' : 'possible' }
  return new ItemProblem(problem.message, `${advice} ${problem.advice}`, known, problem.status)
}

/** Starts the video and follows it to its end. */
export async function generateOnGateway(
  gateway: Gateway,
  item: ItemGeneration,
): Promise<Generated> {
  const started = await startOnGateway(gateway, item)
  const { id } = started.video
  const wasEnded = isTerminal({ type: started.video.status })
  const video = wasEnded ? started.video : await followToEnd(gateway, item, started)
  if (video.error !== null) {
    throw toFailedProblem(video, video.error, 'gateway', started.isEarlier && wasEnded)
  }
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
    if (stop?.aborted === true) throw await toCancelledProblem(gateway, { video: latest, isOwn })
    throw toUnheardProblem(error, latest)
  }
}

function toUnheardProblem(error: unknown, video: VideoResource): ItemProblem {
  const problem = toItemProblem(error, toVideoItem(video))
  if (!(error instanceof ApiError)) return problem
  const { message, advice, json, status } = problem
  const goesOn = 'The video goes on and may be charged: get it later with the Get operation.'
  return new ItemProblem(message, `${goesOn} ${advice}`, json, status)
}

/** Cancels what this item started; what somebody else waits for goes on. */
async function toCancelledProblem(
  gateway: Gateway,
  { video, isOwn }: Pick<Started, 'video' | 'isOwn'>,
): Promise<ItemProblem> {
  const json = toVideoItem(video)
  if (!isOwn) return toStoppedProblem(json, 'shared')
  // Without the signal of the execution, which is aborted already. Why it may fail matters less
  // than what that means: nobody has stopped the video.
  const result = await gateway.client.cancel(video.id).then(
    () => 'cancelled' as const,
    () => 'unknown' as const,
  )
  return toStoppedProblem(json, result)
}
