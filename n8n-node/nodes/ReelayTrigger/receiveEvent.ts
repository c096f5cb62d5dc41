// One delivery: signature, freshness, repetition, then the video itself, asked for with the
// credential, so that nothing in the item comes from the message but the id.

import type {
  IDataObject,
  INodeExecutionData,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow'

import * as z from 'zod/v4-mini'

import type { VideoResource } from '../../../shared/video/video.ts'
import { tryParseJson } from '../../../shared/wire/json.ts'
import { verifyWebhook } from '../../../shared/wire/webhook.ts'
import { clock } from '../Reelay/clock.ts'
import { openGateway } from '../Reelay/connection.ts'
import { toItemProblem, toProblemJson } from '../Reelay/itemProblem.ts'
import { storeFromGateway } from '../Reelay/storeVideo.ts'
import { originKey, toVideoItem } from '../Reelay/videoItem.ts'
import { readEvents } from './endpoint.ts'

const eventSchema = z.object({ type: z.string(), data: z.object({ id: z.string() }) })

// Far more than a gateway delivers within the hours in which it repeats itself to one endpoint.
const rememberedIds = 200

export async function receiveEvent(this: IWebhookFunctions): Promise<IWebhookResponseData> {
  const store = this.getWorkflowStaticData('node')
  const body = this.getRequestObject().rawBody.toString('utf8')
  const headers = this.getHeaderData()
  const get = (name: string) => (typeof headers[name] === 'string' ? headers[name] : null)
  // Without a secret of its own the trigger believes nothing.
  const secrets = typeof store['secret'] === 'string' ? [store['secret']] : []
  const verdict = await verifyWebhook({ get }, body, secrets, clock)
  if (!verdict.ok) {
    // A stranger is told nothing, and the workflow does not start.
    this.getResponseObject().status(401).json({ message: 'The signature is not valid.' })
    return { noWebhookResponse: true }
  }

  const seen = Array.isArray(store['seen']) ? store['seen'] : []
  if (seen.includes(verdict.id)) return ignore('This event was received before.')
  store['seen'] = [...seen, verdict.id].slice(-rememberedIds)
  const event = eventSchema.safeParse(tryParseJson(body)).data
  if (event === undefined || !readEvents(this).includes(event.type)) {
    return ignore('This workflow does not listen to this event.')
  }
  const item = await toItem(this, event)
  if (item === null) return ignore('This workflow does not listen to this video.')
  return { workflowData: [[item]] }
}

/** null when a filter holds it back. */
async function toItem(
  context: IWebhookFunctions,
  { type, data }: z.infer<typeof eventSchema>,
): Promise<INodeExecutionData | null> {
  const options = context.getNodeParameter('options', {}) as IDataObject
  let json: IDataObject = { event: type, id: data.id }
  try {
    const gateway = await openGateway(context)
    const video = await gateway.client.retrieve(data.id)
    if (!isWanted(context, video)) return null
    json = { event: type, ...toVideoItem(video) }
    if (options['downloadVideo'] !== true || video.status !== 'completed') return { json }
    const field = String(options['outputField'] ?? 'data')
    return { json, binary: { [field]: await storeFromGateway(context, gateway, data.id, '') } }
  } catch (error) {
    // The event is true all the same; Get can fetch the video later.
    return { json: toProblemJson(toItemProblem(error, json)) }
  }
}

function isWanted(context: IWebhookFunctions, { model, metadata }: VideoResource): boolean {
  const filters = context.getNodeParameter('filters', {}) as IDataObject
  const text = (name: string) => (typeof filters[name] === 'string' ? filters[name] : '')
  const [key, value] = [text('metadataKey'), text('metadataValue')]
  const isOwn = metadata[originKey] === context.getWorkflow().id
  return (
    (filters['notOwn'] === false || !isOwn) &&
    (text('model') === '' || text('model') === model) &&
    (key === '' || (metadata[key] !== undefined && (value === '' || metadata[key] === value)))
  )
}

/** Accepted, so that the gateway does not repeat it, but the workflow does not start. */
function ignore(message: string): IWebhookResponseData {
  return { webhookResponse: { message } }
}
