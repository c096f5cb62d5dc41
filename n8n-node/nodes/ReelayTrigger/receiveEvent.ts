// One delivery: signature, freshness, repetition, then the video itself, asked for with the
// credential, so that nothing in the item comes from the message but the id.

import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow'

import * as z from 'zod/v4-mini'

import { verifyWebhook } from '../../../shared/wire/webhook.ts'
import { now, openGateway } from '../Reelay/connection.ts'
import { toItemProblem } from '../Reelay/itemProblem.ts'
import { storeFromGateway } from '../Reelay/storeVideo.ts'
import { toVideoItem } from '../Reelay/videoItem.ts'
import { readEvents } from './endpoint.ts'

const eventSchema = z.object({ type: z.string(), data: z.object({ id: z.string() }) })

// Far more than a gateway delivers within the hours in which it repeats itself to one endpoint.
const rememberedIds = 200

export async function receiveEvent(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  const store = context.getWorkflowStaticData('node')
  const { rawBody } = context.getRequestObject()
  const body = rawBody.toString('utf8')
  const headers = context.getHeaderData()
  const secret = typeof store['secret'] === 'string' ? store['secret'] : null
  const verdict =
    secret === null
      ? null
      : await verifyWebhook({ get: (name) => toText(headers[name]) }, body, [secret], { now })
  if (verdict?.ok !== true) return refuse(context)

  const seen = readSeen(store)
  if (seen.includes(verdict.id)) return ignore('This event was received before.')
  store['seen'] = [...seen, verdict.id].slice(-rememberedIds)
  const event = parseEvent(body)
  if (event === null || !readEvents(context).includes(event.type)) {
    return ignore('This workflow does not listen to this event.')
  }
  return { workflowData: [[await toItem(context, event)]] }
}

async function toItem(context: IWebhookFunctions, { type, data }: z.infer<typeof eventSchema>) {
  const options = context.getNodeParameter('options', {}) as IDataObject
  let json: IDataObject = { event: type, id: data.id }
  try {
    const gateway = await openGateway(context)
    const video = await gateway.client.retrieve(data.id)
    json = { event: type, ...toVideoItem(video) }
    if (options['downloadVideo'] !== true || video.status !== 'completed') return { json }
    const field = String(options['outputField'] ?? 'data')
    return { json, binary: { [field]: await storeFromGateway(context, gateway, data.id, '') } }
  } catch (error) {
    // The event is true all the same; Get can fetch the video later.
    const { message, advice } = toItemProblem(error)
    return { json: { ...json, error: message, advice } }
  }
}

/** Tells a stranger nothing; the workflow does not start. */
function refuse(context: IWebhookFunctions): IWebhookResponseData {
  context.getResponseObject().status(401).json({ message: 'The signature is not valid.' })
  return { noWebhookResponse: true }
}

/** Accepted, so that the gateway does not repeat it, but the workflow does not start. */
function ignore(message: string): IWebhookResponseData {
  return { webhookResponse: { message } }
}

function parseEvent(body: string): z.infer<typeof eventSchema> | null {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return null
  }
  const result = eventSchema.safeParse(value)
  return result.success ? result.data : null
}

function readSeen(store: IDataObject): string[] {
  const { seen } = store
  return Array.isArray(seen) ? seen.filter((id) => typeof id === 'string') : []
}

function toText(header: string | string[] | undefined): string | null {
  return typeof header === 'string' ? header : null
}
