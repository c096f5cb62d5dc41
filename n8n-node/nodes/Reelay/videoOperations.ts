// The operations on videos that exist: Get, Save Again, Download, Cancel, Delete.

import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow'

import { isTerminal } from '../../../shared/video/events.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import {
  connect,
  isAtRelay,
  readRelay,
  requireGateway,
  type Connection,
  type Gateway,
  type PlainRelay,
} from './connection.ts'
import { toFailedProblem } from './generation.ts'
import { ItemProblem, toItemProblem } from './itemProblem.ts'
import { readText } from './itemRequest.ts'
import { runItems } from './runItems.ts'
import { shapeItem } from './shapeItem.ts'
import { toStoppedProblem } from './stopping.ts'
import { storeFromGateway, storeFromLink } from './storeVideo.ts'
import { toVideoItem } from './videoItem.ts'

// Short requests: enough at once to be quick, few enough for any rate limit.
const parallel = 5

export async function runGet(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const gateway = await requireGateway(context, 'Getting a video')
  const stop = context.getExecutionCancelSignal()
  return await runItems(context, parallel, async (itemIndex) => {
    const id = readVideoId(context, itemIndex)
    const isWaiting = context.getNodeParameter('waitUntilFinished', itemIndex, false) === true
    const seconds = Number(context.getNodeParameter('getLimit', itemIndex, 1800))
    if (isWaiting) await waitForEnd(gateway, id, seconds * 1000, stop)
    const video = await gateway.client.retrieve(id, stop)
    return { json: shapeItem(context, itemIndex, toVideoItem(video)) }
  })
}

/** Follows it without a word; how it ended is then asked for. */
async function waitForEnd(
  { client }: Gateway,
  id: string,
  totalMs: number,
  stop: AbortSignal | undefined,
): Promise<void> {
  try {
    for await (const { type } of client.follow(id, { totalMs, signal: stop })) {
      if (isTerminal({ type })) return
    }
  } catch (error) {
    throw stop?.aborted === true ? toStoppedProblem({ id }, 'shared') : toItemProblem(error, { id })
  }
}

export async function runArchive(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const gateway = await requireGateway(context, 'Saving a video again')
  return await runItems(context, parallel, async (itemIndex) => {
    const id = readVideoId(context, itemIndex)
    const video = await gateway.client.archive(id)
    return { json: shapeItem(context, itemIndex, toVideoItem(video)) }
  })
}

export async function runDownload(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  let connecting: Promise<Connection> | null = null
  const stop = context.getExecutionCancelSignal()
  return await runItems(context, parallel, async (itemIndex) => {
    const source = readText(context, 'videoSource', itemIndex, true)
    const field = readText(context, 'outputField', itemIndex) || 'data'
    const fileName = readText(context, 'fileName', itemIndex)
    if (/^https?:\/\//i.test(source)) {
      // The server need not be there for a link of somebody else's.
      const relay = await readRelay(context)
      const link = { url: source, near: relay.baseUrl, needsKey: mayNeedKey(relay, source) }
      const file = await storeFromLink(context, link, fileName, stop).catch((error: unknown) => {
        throw toItemProblem(error, { url: source })
      })
      return { json: { url: source }, binary: { [field]: file } }
    }
    const connection = await (connecting ??= connect(context))
    if (connection.kind === 'relay') {
      throw new ItemProblem(
        'A plain relay keeps no videos, so there is nothing to find by ID',
        'Choose By URL and enter the URL that Generate returned.',
      )
    }
    const video = await connection.client.retrieve(readVideoId(context, itemIndex, source), stop)
    refuseUnfinished(video)
    const json = toVideoItem(video)
    try {
      const file = await storeFromGateway(context, connection, video.id, fileName, stop)
      return { json, binary: { [field]: file } }
    } catch (error) {
      throw toItemProblem(error, json)
    }
  })
}

function refuseUnfinished(video: VideoResource): void {
  if (video.error !== null) throw toFailedProblem(video, video.error, 'gateway')
  if (video.status === 'completed') return
  throw new ItemProblem(
    `The video is still being made (${video.progress} %)`,
    'Use Get with Wait Until Finished before Download.',
    toVideoItem(video),
  )
}

/** Links of a chat relay are public; some relays that take jobs keep their videos behind the key. */
function mayNeedKey(relay: PlainRelay, url: string): boolean {
  return relay.relayKind !== 'chat' && isAtRelay(relay, url)
}

export async function runCancel(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const gateway = await requireGateway(context, 'Cancelling a video')
  return await runItems(context, parallel, async (itemIndex) => {
    const video = await gateway.client.cancel(readVideoId(context, itemIndex))
    return { json: shapeItem(context, itemIndex, toVideoItem(video)) }
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
