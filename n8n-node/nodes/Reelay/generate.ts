// Generate From Text, Generate From Image and Remix, in the three ways to wait for the result.

import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow'

import type { VideoResource } from '../../../shared/video/video.ts'
import { deriveIdempotencyKey, openAttemptMemory } from './attemptMemory.ts'
import { connect, requireGateway, type Connection } from './connection.ts'
import { generateOnGateway, startOnGateway } from './gatewayGeneration.ts'
import type { ItemGeneration } from './generation.ts'
import { readItemsInParallel } from './generationOptions.ts'
import { isTool } from './isTool.ts'
import { toItemProblem } from './itemProblem.ts'
import { readItemRequest, readText, type GenerateOperation } from './itemRequest.ts'
import { parkExecution } from './parkExecution.ts'
import { createProgressReport, hintAt } from './progressReport.ts'
import { generateOnRelay } from './relayGeneration.ts'
import { runItems } from './runItems.ts'
import { storeFromGateway, storeFromLink } from './storeVideo.ts'
import { toToolItem, toVideoItem } from './videoItem.ts'

export async function runGenerate(
  context: IExecuteFunctions,
  operation: GenerateOperation,
): Promise<INodeExecutionData[]> {
  const waitBy = readText(context, 'waitBy', 0)
  const parallel = readItemsInParallel(context)
  if (waitBy === 'parking') {
    const gateway = await requireGateway(context, 'Parking the execution')
    return await parkExecution(context, gateway, parallel, (itemIndex) =>
      openItem(context, itemIndex, operation),
    )
  }
  if (waitBy === 'none') {
    const gateway = await requireGateway(context, 'Going on without waiting')
    return await runItems(context, parallel, async (itemIndex) => {
      const item = await openItem(context, itemIndex, operation)
      const { video, isOwn } = await startOnGateway(gateway, item).finally(() => item.report.end())
      return { json: toVideoItem(video, { isCached: !isOwn }) }
    })
  }
  const connection =
    operation === 'remix' ? await requireGateway(context, 'Remix') : await connect(context)
  return await runItems(context, parallel, async (itemIndex) =>
    generateHere(connection, await openItem(context, itemIndex, operation)),
  )
}

async function openItem(
  context: IExecuteFunctions,
  itemIndex: number,
  operation: GenerateOperation,
): Promise<ItemGeneration> {
  const request = await readItemRequest(context, itemIndex, operation)
  const { idempotencyKey } = request.options
  return {
    context,
    itemIndex,
    request,
    idempotencyKey:
      idempotencyKey || (await deriveIdempotencyKey(context, itemIndex, request.body)),
    memory: openAttemptMemory(context),
    report: createProgressReport(context, itemIndex),
    stop: context.getExecutionCancelSignal(),
  }
}

async function generateHere(
  connection: Connection,
  item: ItemGeneration,
): Promise<INodeExecutionData> {
  const { context, report } = item
  const generating =
    connection.kind === 'gateway'
      ? generateOnGateway(connection, item)
      : generateOnRelay(connection, item)
  const { video, isCached, usage } = await generating.finally(() => report.end())
  const timings = report.timings()
  const json = toVideoItem(video, { timings, isCached, usage })
  hintAt(context, video, timings, isCached)
  // An agent reads text: a file would be dropped with a warning, and every field costs tokens.
  if (isTool(context)) return { json: toToolItem(json) }
  return await addFile(connection, item, video, json)
}

async function addFile(
  connection: Connection,
  { context, request, stop }: ItemGeneration,
  video: VideoResource,
  json: IDataObject,
): Promise<INodeExecutionData> {
  const { downloadVideo, outputField, fileName } = request.options
  if (!downloadVideo) return { json }
  try {
    const file =
      connection.kind === 'gateway'
        ? await storeFromGateway(context, connection, video.id, fileName, stop)
        : await storeFromLink(context, video.url ?? '', fileName, stop)
    return { json, binary: { [outputField]: file } }
  } catch (error) {
    // The video is made and paid for: its id and link must survive.
    throw toItemProblem(error, json)
  }
}
