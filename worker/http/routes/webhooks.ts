// /v1/webhook_endpoints, exactly as the official SDK's `client.webhooks.*` calls it, plus the
// deliveries of each endpoint and their replay.

import * as z from 'zod/v4-mini'
import type { FromSchema } from '../../../shared/wire/schema.ts'
import { createWebhookSecret, signWebhook } from '../../../shared/wire/webhook.ts'
import type { DeliveryRow } from '../../account/deliveries.ts'
import { type Endpoint, toSecrets, webhookEventTypes } from '../../account/endpoints.ts'
import { MOST_ENDPOINTS } from '../../account/webhooks.ts'
import { type HttpError, invalid, notFound } from '../errors.ts'
import { type AppContext, readId } from '../context.ts'
import { createBase62 } from '../../proofs/base62.ts'
import { requireCallableUrl } from '../callerUrl.ts'
import { random } from '../../platform/platform.ts'
import { readAfter, readLimit, toList, unknownCursor } from '../lists.ts'
import { parseAs, readAs, withoutUndefined } from '../body.ts'
import { toRefusalError } from '../refusal.ts'
import { toDeliveryFields } from '../toDeliveryFields.ts'
import { toUnixSeconds } from '../unixSeconds.ts'
import type { WebhookDelivery, WebhookEndpoint } from '../answers.ts'

export const newEndpointSchema = z.object({
  name: z.string().check(z.minLength(1), z.maxLength(200)),
  url: z.string().check(z.minLength(1), z.maxLength(2048)),
  event_types: z.array(z.enum(webhookEventTypes)).check(z.minLength(1)),
})
export const endpointChangeSchema = z.partial(newEndpointSchema)
export const rotateSecretSchema = z.object({
  keep_old_secret_active_for_24_hours: z.nullish(z.boolean()),
})
export const testEndpointSchema = z.object({ event_type: z.enum(webhookEventTypes) })

export function listEventTypes(context: AppContext): Response {
  return context.json({ object: 'list', data: webhookEventTypes })
}

export async function createEndpoint(context: AppContext): Promise<Response> {
  const asked = await read(context, newEndpointSchema, 'create the webhook endpoint')
  requireCallableUrl(context, asked.url, 'url')
  const endpoint = await context.var.account.createEndpoint({
    id: `we_${createBase62(random, 24)}`,
    name: asked.name,
    url: asked.url,
    eventTypes: asked.event_types,
    secret: createWebhookSecret(random),
  })
  if (endpoint === null) {
    throw invalid(
      null,
      `An account may have ${MOST_ENDPOINTS} webhook endpoints. Delete one first.`,
    )
  }
  return context.json(toResourceWithSecret(endpoint))
}

export async function listEndpoints(context: AppContext): Promise<Response> {
  const page = await context.var.account.listEndpoints(readAfter(context), readLimit(context))
  if (page === null) throw unknownCursor('webhook endpoints')
  return context.json(toList(page.rows.map(toResource), page.hasMore))
}

export async function getEndpoint(context: AppContext): Promise<Response> {
  return context.json(toResource(await find(context)))
}

export async function changeEndpoint(context: AppContext): Promise<Response> {
  const asked = await read(context, endpointChangeSchema, 'change the webhook endpoint')
  const { name, url, event_types: eventTypes } = asked
  if (url !== undefined) requireCallableUrl(context, url, 'url')
  const change = withoutUndefined({ name, url, eventTypes })
  const endpoint = await context.var.account.changeEndpoint(readId(context), change)
  if (endpoint === null) throw unknownEndpoint()
  return context.json(toResource(endpoint))
}

export async function rotateSecret(context: AppContext): Promise<Response> {
  const asked = await read(context, rotateSecretSchema, 'rotate the secret')
  const keepOld = asked.keep_old_secret_active_for_24_hours === true
  const secret = createWebhookSecret(random)
  const endpoint = await context.var.account.rotateSecret(readId(context), secret, keepOld)
  if (endpoint === null) throw unknownEndpoint()
  return context.json(toResourceWithSecret(endpoint))
}

export async function deleteEndpoint(context: AppContext): Promise<Response> {
  const id = readId(context)
  if (!(await context.var.account.removeEndpoint(id))) throw unknownEndpoint()
  return context.json({ id, object: 'webhook_endpoint.deleted', deleted: true })
}

/** Sends a sample now and says what the receiver answered. */
export async function testEndpoint(context: AppContext): Promise<Response> {
  const { event_type } = await read(context, testEndpointSchema, 'test the webhook endpoint')
  const endpoint = await find(context)
  const id = `evt_test_${createBase62(random, 22)}`
  const timestamp = toUnixSeconds(Date.now())
  const secrets = toSecrets(endpoint, Date.now())
  const body = JSON.stringify({
    id,
    object: 'event',
    type: event_type,
    created_at: timestamp,
    data: { id: 'video_test' },
  })
  const answer = await context.var.gateway.outbound.post(endpoint.url, body, {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': await signWebhook({ id, timestamp, body }, secrets),
  })
  if (!answer.ok && answer.status === null) {
    throw invalid('url', `The sample was not delivered. ${answer.message}`)
  }
  return context.json({
    object: 'webhook_endpoint.test',
    webhook_endpoint_id: endpoint.id,
    event_type,
    status_code: answer.status,
    success: true,
  })
}

export async function listDeliveries(context: AppContext): Promise<Response> {
  const { id } = await find(context)
  const limit = readLimit(context)
  const page = await context.var.account.listDeliveries(id, readAfter(context), limit)
  if (page === null) throw unknownCursor('deliveries')
  return context.json(toList(page.rows.map(toDelivery), page.hasMore))
}

export async function replayDelivery(context: AppContext): Promise<Response> {
  const id = context.req.param('delivery') ?? ''
  const delivery = await context.var.account.replayDelivery(readId(context), id)
  if (delivery === null) throw notFound('There is no such delivery. Check the ids.')
  if ('kind' in delivery) throw toRefusalError(delivery)
  return context.json(toDelivery(delivery))
}

async function find(context: AppContext): Promise<Endpoint> {
  const endpoint = await context.var.account.getEndpoint(readId(context))
  if (endpoint === null) throw unknownEndpoint()
  return endpoint
}

/** The SDK sends no body at all where every field is optional. */
async function read<Schema extends z.ZodMiniType>(
  context: AppContext,
  schema: Schema,
  wish: string,
): Promise<z.output<Schema>> {
  const isEmpty = context.req.header('content-length') === '0'
  return isEmpty ? parseAs({}, schema, wish) : await readAs(context, schema, wish)
}

function unknownEndpoint(): HttpError {
  return notFound('There is no such webhook endpoint. Check the id.')
}

function toResource(endpoint: Endpoint): FromSchema<typeof WebhookEndpoint> {
  return {
    id: endpoint.id,
    object: 'webhook_endpoint',
    name: endpoint.name,
    url: endpoint.url,
    event_types: endpoint.eventTypes,
    signing_secret_hint: `whsec_…${endpoint.secret.slice(-4)}`,
    created_at: toUnixSeconds(endpoint.createdAt),
    updated_at: toUnixSeconds(endpoint.updatedAt),
    disabled_at: toUnixSeconds(endpoint.disabledAt),
  }
}

function toResourceWithSecret(endpoint: Endpoint) {
  return { ...toResource(endpoint), signing_secret: endpoint.secret }
}

function toDelivery(row: DeliveryRow): FromSchema<typeof WebhookDelivery> {
  return { ...toDeliveryFields(row), object: 'webhook_delivery' }
}
