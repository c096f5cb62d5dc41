// Generate From Text, Generate From Image and Remix, in the three ways to wait for the result.

import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow'

import { toSha256 } from '../../../shared/wire/bytes.ts'
import type { JsonObject } from '../../../shared/wire/json.ts'
import { openAttemptMemory } from './attemptMemory.ts'
import { connect, requireGateway, type Connection } from './connection.ts'
import { generateOnGateway, startOnGateway } from './gatewayGeneration.ts'
import type { Generated, ItemGeneration } from './generation.ts'
import { readItemsInParallel } from './generationOptions.ts'
import { isTool, isToolInProcess } from './isTool.ts'
import { ItemProblem, toItemProblem } from './itemProblem.ts'
import { isTakeCount, readItemRequest, readText, type GenerateOperation } from './itemRequest.ts'
import { parkExecution } from './parkExecution.ts'
import { createProgressReport, hintAt } from './progressReport.ts'
import { generateOnRelay } from './relayGeneration.ts'
import { runUnits } from './runItems.ts'
import { storeFromGateway, storeFromLink } from './storeVideo.ts'
import { shapeItem } from './shapeItem.ts'
import { toToolItem, toVideoItem } from './videoItem.ts'

export async function runGenerate(
  context: IExecuteFunctions,
  operation: GenerateOperation,
): Promise<INodeExecutionData[]> {
  const waitBy = readText(context, 'waitBy', 0)
  const parallel = readItemsInParallel(context)
  const units = listTakes(context)
  const open = (unit: TakeOfItem) => openItem(context, unit, operation)
  if (waitBy === 'parking') {
    if (isToolInProcess(context)) throw unparkable
    const gateway = await requireGateway(context, 'Sleeping until the video is there')
    return await parkExecution(context, gateway, (work) =>
      runUnits(context, parallel, units, async (unit) => await work(await open(unit))),
    )
  }
  const isWaiting = waitBy !== 'none'
  const connection =
    operation === 'remix' || !isWaiting
      ? await requireGateway(context, isWaiting ? 'Remix' : 'Going on without waiting')
      : await connect(context)
  return await runUnits(context, parallel, units, async (unit) => {
    const item = await open(unit)
    return isWaiting ? await generateHere(connection, item) : await startHere(connection, item)
  })
}

const unparkable = new ItemProblem(
  'An AI agent cannot sleep until the video is there',
  'Nothing was started. For a tool choose Live or Do Not Wait in the field Wait for Video.',
)

interface TakeOfItem {
  readonly itemIndex: number
  /** Counts from 1. */
  readonly take: number
  readonly takes: number
}

/** A number that cannot be used is one take, whose own item then says so. */
function listTakes(context: IExecuteFunctions): TakeOfItem[] {
  return context.getInputData().flatMap((_item, itemIndex) => {
    const count = Number(context.getNodeParameter('takes', itemIndex, 1))
    const takes = isTakeCount(count) ? count : 1
    return Array.from({ length: takes }, (_none, index) => ({ itemIndex, take: index + 1, takes }))
  })
}

async function openItem(
  context: IExecuteFunctions,
  { itemIndex, take, takes }: TakeOfItem,
  operation: GenerateOperation,
): Promise<ItemGeneration> {
  const request = await readItemRequest(context, itemIndex, operation)
  const itemKey =
    request.options.idempotencyKey || (await deriveIdempotencyKey(context, itemIndex, request.body))
  const idempotencyKey = itemKey !== null && take > 1 ? `${itemKey}-${take}` : itemKey
  const key = idempotencyKey ?? `item-${itemIndex}-${take}`
  return {
    context,
    itemIndex,
    request,
    idempotencyKey,
    key,
    isNewTake: takes > 1,
    memory: openAttemptMemory(context, key),
    report: createProgressReport(context, itemIndex),
    stop: context.getExecutionCancelSignal(),
  }
}

/**
 * The same for every retry of one item in one run of one node, different for all others, and telling
 * nothing about them. Null where n8n has no execution to speak of. An agent's retry counts as a new
 * run, so for a tool it is what was asked that must be the same.
 */
async function deriveIdempotencyKey(
  context: IExecuteFunctions,
  itemIndex: number,
  body: JsonObject,
): Promise<string | null> {
  const executionId = context.getExecutionId()
  if (!executionId) return null
  const place = [
    context.getInstanceId(),
    context.getWorkflow().id ?? '',
    executionId,
    context.getNode().id,
    ...(isTool(context)
      ? [JSON.stringify(body)]
      : [String(context.getWorkflowDataProxy(itemIndex).$runIndex), String(itemIndex)]),
  ]
  return `n8n-${await toSha256(JSON.stringify(place))}`
}

async function startHere(
  connection: Connection,
  item: ItemGeneration,
): Promise<INodeExecutionData> {
  if (connection.kind !== 'gateway') throw new Error('only a gateway goes on by itself')
  const { context, itemIndex, report } = item
  const { video, isOwn } = await startOnGateway(connection, item).finally(() => report.end())
  const json = toVideoItem(video, { isCached: !isOwn })
  return { json: isTool(context) ? toToolItem(json) : shapeItem(context, itemIndex, json) }
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
  const generated = await generating.finally(() => report.end())
  const { video, isCached, usage } = generated
  const hasId = connection.kind === 'gateway'
  const details = { isCached, usage, timings: report.timings(), hasId }
  const json = toVideoItem(video, details)
  hintAt(context, video, details)
  // An agent reads text: a file would be dropped with a warning, and every field costs tokens.
  if (isTool(context)) return { json: toToolItem(json) }
  const { binary } = await addFile(connection, item, generated, json)
  return { json: shapeItem(context, item.itemIndex, json), ...(binary && { binary }) }
}

async function addFile(
  connection: Connection,
  { context, request, stop }: ItemGeneration,
  { video, needsKey }: Generated,
  json: IDataObject,
): Promise<INodeExecutionData> {
  const { downloadVideo, outputField, fileName } = request.options
  if (!downloadVideo) return { json }
  try {
    const file =
      connection.kind === 'gateway'
        ? await storeFromGateway(context, connection, video.id, fileName, stop)
        : await storeFromLink(
            context,
            { near: connection.baseUrl, url: video.url ?? '', needsKey },
            fileName,
            stop,
          )
    return { json, binary: { [outputField]: file } }
  } catch (error) {
    // The video is made and paid for: its id and link must survive.
    throw toItemProblem(error, json)
  }
}
