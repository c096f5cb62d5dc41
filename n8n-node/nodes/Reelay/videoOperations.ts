// The operations on videos that exist: Get, Get Many, Download, Cancel, Delete.

import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow'

import type { VideoResource } from '../../../shared/video/video.ts'
import { connect, isAtRelay, requireGateway, type PlainRelay } from './connection.ts'
import { ItemProblem } from './itemProblem.ts'
import { readText } from './itemRequest.ts'
import { runItems } from './runItems.ts'
import { storeFromGateway, storeFromLink } from './storeVideo.ts'
import { toVideoItem } from './videoItem.ts'

// Short requests: enough at once to be quick, few enough for any rate limit.
const parallel = 5
// The API's own maximum.
const pageSize = 100

export async function runGet(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const gateway = await requireGateway(context, 'Getting a video')
  const stop = context.getExecutionCancelSignal()
  return await runItems(context, parallel, async (itemIndex) => {
    const video = await gateway.client.retrieve(readVideoId(context, itemIndex), stop)
    return { json: toVideoItem(video) }
  })
}

export async function runGetMany(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const gateway = await requireGateway(context, 'Listing videos')
  const signal = context.getExecutionCancelSignal()
  return await runItems(context, 1, async (itemIndex) => {
    const isAll = context.getNodeParameter('returnAll', itemIndex, false)
    const max = isAll ? Infinity : Number(context.getNodeParameter('limit', itemIndex, 50))
    const videos: VideoResource[] = []
    let hasMore = true
    while (hasMore && videos.length < max) {
      const limit = Math.min(pageSize, max - videos.length)
      const page = await gateway.client.list({ limit, after: videos.at(-1)?.id, signal })
      videos.push(...page.videos)
      hasMore = page.hasMore && page.videos.length > 0
    }
    return videos.map((video) => ({ json: toVideoItem(video) }))
  })
}

export async function runDownload(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const connection = await connect(context)
  const stop = context.getExecutionCancelSignal()
  return await runItems(context, parallel, async (itemIndex) => {
    const source = readText(context, 'videoSource', itemIndex, true)
    const field = readText(context, 'outputField', itemIndex) || 'data'
    const fileName = readText(context, 'fileName', itemIndex)
    if (/^https?:\/\//i.test(source)) {
      const needsKey = connection.kind === 'relay' && mayNeedKey(connection, source)
      const file = await storeFromLink(context, { url: source, needsKey }, fileName, stop)
      return { json: { url: source }, binary: { [field]: file } }
    }
    if (connection.kind === 'relay') {
      throw new ItemProblem(
        'A plain relay keeps no videos, so there is nothing to find by ID',
        'Choose By URL and enter the URL that Generate returned.',
      )
    }
    const video = await connection.client.retrieve(readVideoId(context, itemIndex, source), stop)
    const file = await storeFromGateway(context, connection, video.id, fileName, stop)
    return { json: toVideoItem(video), binary: { [field]: file } }
  })
}

/** Links of a chat relay are public; some relays that take jobs keep their videos behind the key. */
function mayNeedKey(relay: PlainRelay, url: string): boolean {
  return relay.relayKind !== 'chat' && isAtRelay(relay, url)
}

export async function runCancel(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const gateway = await requireGateway(context, 'Cancelling a video')
  return await runItems(context, parallel, async (itemIndex) => {
    const video = await gateway.client.cancel(readVideoId(context, itemIndex))
    return { json: toVideoItem(video) }
  })
}

export async function runDelete(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const gateway = await requireGateway(context, 'Deleting a video')
  return await runItems(context, parallel, async (itemIndex) => {
    const id = readVideoId(context, itemIndex)
    await gateway.client.remove(id)
    return { json: { id, deleted: true } }
  })
}

function readVideoId(
  context: IExecuteFunctions,
  itemIndex: number,
  id = readText(context, 'videoId', itemIndex, true),
): string {
  if (id !== '') return id
  throw new ItemProblem(
    'No video is given',
    'Choose one from the list, or enter the ID that Generate returned.',
  )
}
