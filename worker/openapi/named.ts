// Schemas with a name of their own in the document; every other one stands where it is used.

import type * as z from 'zod/v4-mini'
import { keyChangeSchema, newKeySchema } from '../http/routes/adminKeys.ts'
import { callbackSchema } from '../http/routes/callbacks.ts'
import { newScheduleSchema, scheduleChangeSchema } from '../http/routes/schedules.ts'
import { endpointChangeSchema, newEndpointSchema } from '../http/routes/webhooks.ts'
import * as admin from './answers/admin.ts'
import * as gateway from './answers/gateway.ts'
import * as parts from './answers/parts.ts'
import * as schedules from './answers/schedules.ts'
import * as videos from './answers/videos.ts'
import * as webhooks from './answers/webhooks.ts'
import { chatRequest, remixRequest, videoRequest } from './requestFields.ts'

export const named: Readonly<Record<string, z.ZodMiniType>> = {
  Video: videos.video,
  VideoList: videos.videoList,
  VideoEvent: videos.videoEvent,
  VideoRequest: videoRequest,
  RemixRequest: remixRequest,
  ChatRequest: chatRequest,
  ChatCompletion: videos.chatCompletion,
  ChatChunk: videos.chatChunk,
  ChatFailure: videos.chatFailure,
  Error: parts.error,
  Deleted: parts.deleted,
  Model: gateway.model,
  ModelList: gateway.modelList,
  Usage: gateway.keyUsage,
  Health: gateway.health,
  WebhookEventTypeList: webhooks.webhookEventTypeList,
  WebhookEndpoint: webhooks.webhookEndpoint,
  WebhookEndpointWithSecret: webhooks.webhookEndpointWithSecret,
  WebhookEndpointList: webhooks.webhookEndpointList,
  WebhookDelivery: webhooks.webhookDelivery,
  WebhookDeliveryList: webhooks.webhookDeliveryList,
  WebhookTest: webhooks.webhookTest,
  NewWebhookEndpoint: newEndpointSchema,
  WebhookEndpointChange: endpointChangeSchema,
  NewCallback: callbackSchema,
  Callback: webhooks.callback,
  NewSchedule: newScheduleSchema,
  ScheduleChange: scheduleChangeSchema,
  Schedule: schedules.schedule,
  ScheduleList: schedules.scheduleList,
  NewApiKey: newKeySchema,
  ApiKeyChange: keyChangeSchema,
  ApiKey: admin.apiKey,
  CreatedApiKey: admin.createdApiKey,
  RevokedApiKey: admin.revokedApiKey,
  RotatedApiKey: admin.rotatedApiKey,
  ApiKeyList: admin.apiKeyList,
  AdminVideo: admin.adminVideo,
  AdminVideoList: admin.adminVideoList,
}
