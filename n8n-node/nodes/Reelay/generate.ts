// Generate From Text, Generate From Image and Remix, in the three ways to wait for the result.

import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow'

import { toSha256 } from '../../../shared/wire/bytes.ts'
import type { JsonObject } from '../../../shared/wire/json.ts'
import { openAttemptMemory } from './attemptMemory.ts'
import { connect, requireGateway, type Connection } from './connection.ts'
import { generateOnGateway, startOnGateway } from './gatewayGeneration.ts'
import type { Generated, ItemGeneration } from './generation.ts'
import { readItemsInParallel } from './generationOptions.ts'
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
  const open = (itemIndex: number) => openItem(context, itemIndex, operation)
  if (waitBy === 'parking') {
    const gateway = await requireGateway(context, 'Parking the execution')
    return await parkExecution(context, gateway, parallel, open)
  }
  if (waitBy === 'none') {
    const gateway = await requireGateway(context, 'Going on without waiting')
    return await runItems(context, parallel, async (itemIndex) => {
      const item = await open(itemIndex)
      const { video, isOwn } = await startOnGateway(gateway, item).finally(() => item.report.end())
      return { json: toVideoItem(video, { isCached: !isOwn }) }
    })
  }
  const connection =
    operation === 'remix' ? await requireGateway(context, 'Remix') : await connect(context)
  return await runItems(context, parallel, async (itemIndex) =>
    generateHere(connection, await open(itemIndex)),
  )
}

async function openItem(
  context: IExecuteFunctions,
  itemIndex: number,
  operation: GenerateOperation,
): Promise<ItemGeneration> {
  const request = await readItemRequest(context, itemIndex, operation)
  const idempotencyKey =
    request.options.idempotencyKey || (await deriveIdempotencyKey(context, itemIndex, request.body))
  const key = idempotencyKey ?? `item-${itemIndex}`
  return {
    context,
    request,
    idempotencyKey,
    key,
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

/**
 * Whether an AI agent runs the node. Older agents lend a context of their own; newer ones let the
 * engine run it as a node whose type ends in `Tool`.
 */
function isTool(context: IExecuteFunctions): boolean {
  return context.isToolExecution() || context.getNode().type.endsWith('Tool')
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
  const details = { isCached, usage, timings: report.timings() }
  const json = toVideoItem(video, details)
  hintAt(context, video, details)
  // An agent reads text: a file would be dropped with a warning, and every field costs tokens.
  if (isTool(context)) return { json: toToolItem(json) }
  return await addFile(connection, item, generated, json)
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
        : await storeFromLink(context, { url: video.url ?? '', needsKey }, fileName, stop)
    return { json, binary: { [outputField]: file } }
  } catch (error) {
    // The video is made and paid for: its id and link must survive.
    throw toItemProblem(error, json)
  }
}
