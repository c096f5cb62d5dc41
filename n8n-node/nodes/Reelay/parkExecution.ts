// Starts the videos, asks the gateway for one call when all have ended, and puts the execution to
// sleep. n8n has one wait per execution, so all items of a run are one batch.

import type {
  IDataObject,
  IExecuteFunctions,
  INodeExecutionData,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow'

import * as z from 'zod/v4-mini'

import { ApiError } from '../../../shared/client/error.ts'
import { isTerminal } from '../../../shared/video/events.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import { openGateway, type Gateway } from './connection.ts'
import { toFailedProblem, type ItemGeneration } from './generation.ts'
import { startOnGateway } from './gatewayGeneration.ts'
import { ItemProblem, toItemProblem, toProblemJson } from './itemProblem.ts'
import { canReach } from './canReach.ts'
import { shapeBy } from './shapeItem.ts'
import { refuseStopped } from './stopping.ts'
import { storeFromGateway } from './storeVideo.ts'
import { toVideoItem } from './videoItem.ts'

/** What a parked item carries over the sleep, in the item itself: nothing else survives it. */
const parkedSchema = z.object({
  id: z.string(),
  file: z.nullable(z.object({ field: z.string(), name: z.string() })),
})

export async function parkExecution(
  context: IExecuteFunctions,
  gateway: Gateway,
  forEachItem: (
    work: (item: ItemGeneration) => Promise<INodeExecutionData>,
  ) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
  const resumeUrl = String(context.getWorkflowDataProxy(0).$execution.resumeUrl)
  await refuseUnreachable(gateway, resumeUrl)

  let totalLimit = 0
  const parked = await forEachItem(async (item) => {
    const { options } = item.request
    totalLimit = Math.max(totalLimit, options.totalLimit)
    const { video } = await startOnGateway(gateway, item).finally(() => item.report.end())
    const { downloadVideo, outputField, fileName } = options
    return {
      json: {
        id: video.id,
        status: 'pending',
        advice: `The wait limit of ${options.totalLimit} s passed before the video was finished. It goes on: get it later with the Get operation.`,
        file: downloadVideo ? { field: outputField, name: fileName } : null,
      },
    }
  })

  refuseStopped(context.getExecutionCancelSignal())
  const ids = parked.map(({ json }) => json['id']).filter((id) => typeof id === 'string')
  // Every item was refused; there is nothing to wait for.
  if (ids.length === 0) return parked
  try {
    const order = { video_ids: [...new Set(ids)], url: resumeUrl }
    await gateway.client.call('POST', '/callbacks', order)
  } catch (error) {
    throw toUncalledProblem(error, ids)
  }
  // When the limit passes first, n8n forwards what the node was given. These say what is the matter.
  const input = context.getExecuteData().data['main']
  // A list of its own: n8n empties the one that is returned when it parts failed items from the rest.
  if (input !== undefined) input[0] = [...parked]
  context.setMetadata({ resumeUrl })
  await context.putExecutionToWait(new Date(Date.now() + totalLimit * 1000))
  return parked
}

function toUncalledProblem(error: unknown, ids: string[]): ItemProblem {
  const { message, status } = toItemProblem(error)
  return new ItemProblem(
    `The gateway will not call n8n back: ${message}`,
    `The videos go on (${ids.join(', ')}): get them later with the Get operation, or choose Live.`,
    { ids },
    status,
  )
}

/**
 * Runs when the gateway calls. Never throws: n8n would go on with an empty item. Whether the videos have
 * ended is the gateway's own word, never the caller's: n8n 1.x lets anybody call who knows the address.
 */
export async function resumeParked(this: IWebhookFunctions): Promise<IWebhookResponseData> {
  const count = Number(this.evaluateExpression('{{ $input.all().length }}', 0))
  const gateway = await openGateway(this).catch((error: unknown) => toItemProblem(error))
  const found: (Found | Unfound)[] = []
  for (let itemIndex = 0; itemIndex < count; itemIndex++) {
    const json: unknown = this.evaluateExpression('{{ $json }}', itemIndex)
    const parked = parkedSchema.safeParse(json)
    if (parked.success) found.push(await find(gateway, parked.data))
    else found.push({ json: typeof json === 'object' && json !== null ? { ...json } : {} })
  }
  if (found.some((one) => 'video' in one && !isTerminal({ type: one.video.status }))) {
    this.getResponseObject().status(409).json({ message: 'The videos have not ended yet.' })
    // The execution sleeps on.
    return { noWebhookResponse: true }
  }
  const items: INodeExecutionData[] = []
  for (const [itemIndex, one] of found.entries()) {
    const item = 'video' in one ? await collect(this, one) : one
    items.push({ ...item, pairedItem: { item: itemIndex } })
  }
  return { workflowData: [items] }
}

type Parked = z.infer<typeof parkedSchema>

/** The video of a parked item, as the gateway tells of it now. */
interface Found {
  readonly gateway: Gateway
  readonly parked: Parked
  readonly video: VideoResource
}

/** What the item then says instead. */
interface Unfound {
  readonly json: IDataObject
}

async function find(gateway: Gateway | ItemProblem, parked: Parked): Promise<Found | Unfound> {
  try {
    if (gateway instanceof ItemProblem) throw gateway
    return { gateway, parked, video: await gateway.client.retrieve(parked.id) }
  } catch (error) {
    const json = toProblemJson(toItemProblem(error, { id: parked.id, status: 'pending' }))
    return { json }
  }
}

async function collect(
  context: IWebhookFunctions,
  { gateway, parked: { id, file }, video }: Found,
): Promise<INodeExecutionData> {
  const json = toVideoItem(video)
  try {
    if (video.error !== null) throw toFailedProblem(video, video.error, 'gateway')
    const shaped = shapeBy((name) => context.getNodeParameter(name, ''), json)
    if (video.status !== 'completed' || file === null) return { json: shaped }
    const stored = await storeFromGateway(context, gateway, id, file.name)
    return { json: shaped, binary: { [file.field]: stored } }
  } catch (error) {
    return { json: toProblemJson(toItemProblem(error, json)) }
  }
}

/** Before anything is paid: a gateway on the internet can never call a machine at home. */
async function refuseUnreachable(gateway: Gateway, resumeUrl: string): Promise<void> {
  if (canReach(gateway.baseUrl, resumeUrl) && (await wouldCall(gateway, resumeUrl))) return
  throw new ItemProblem(
    `The gateway cannot call n8n back at ${new URL(resumeUrl).origin}`,
    'Nothing was started. Choose Live in the field Wait for Video, or give n8n a public https address in its WEBHOOK_URL setting.',
  )
}

/**
 * The gateway looks at the address before it looks for the videos: a refusal that is about the
 * missing video means that the address is good, and orders nothing.
 */
async function wouldCall(gateway: Gateway, url: string): Promise<boolean> {
  try {
    await gateway.client.call('POST', '/callbacks', { video_ids: ['video_none'], url })
    return true
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return true
    if (error instanceof ApiError && error.param === 'url') return false
    throw toItemProblem(error)
  }
}
