// Webhook endpoints, deliveries and callbacks as the gateway answers.

import * as z from 'zod/v4-mini'
import { say } from '../../../shared/wire/schema.ts'
import { webhookEventTypes } from '../../account/endpoints.ts'
import { deliveryFields, maybeSeconds, page, unixSeconds } from './parts.ts'

const webhookEventType = z.enum(webhookEventTypes)

export const WebhookEventTypeList = z.object({
  object: z.literal('list'),
  data: z.array(webhookEventType),
})

/** What a receiver is sent. */
export const WebhookEvent = z.object({
  id: say(z.string(), 'The webhook-id header, the same in every attempt.'),
  object: z.literal('event'),
  type: z.enum([...webhookEventTypes, 'videos.finished']),
  created_at: unixSeconds(),
  data: z.object({
    id: say(z.string(), 'The video; of videos.finished, the callback.'),
    video_ids: say(z.optional(z.array(z.string())), 'Of videos.finished, all of its videos.'),
  }),
})

export const WebhookEndpoint = z.object({
  id: z.string(),
  object: z.literal('webhook_endpoint'),
  name: z.string(),
  url: z.string(),
  event_types: z.array(webhookEventType),
  signing_secret_hint: z.string(),
  created_at: unixSeconds(),
  updated_at: unixSeconds(),
  disabled_at: maybeSeconds(' of the 410 that ended it'),
})

export const WebhookEndpointWithSecret = z.object({
  ...WebhookEndpoint.shape,
  signing_secret: say(z.string(), 'Shown here and never again.'),
})

export const WebhookEndpointList = page(WebhookEndpoint)

export const WebhookTest = z.object({
  object: z.literal('webhook_endpoint.test'),
  webhook_endpoint_id: z.string(),
  event_type: webhookEventType,
  status_code: say(z.int(), 'What the receiver answered.'),
  success: z.boolean(),
})

export const WebhookDelivery = z.object({
  object: z.literal('webhook_delivery'),
  ...deliveryFields,
})

export const WebhookDeliveryList = page(WebhookDelivery)

export const Callback = z.object({
  id: z.string(),
  object: z.literal('callback'),
  video_ids: z.array(z.string()),
  url: z.string(),
  created_at: unixSeconds(),
})
