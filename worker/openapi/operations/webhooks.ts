// Being told: endpoints, what they were told, and callbacks for several videos at once.

import { rotateSecretSchema, testEndpointSchema } from '../../http/routes/webhooks.ts'
import * as answers from '../../http/answers.ts'
import { answer, ok, under } from '../operation.ts'
import * as requests from '../requests.ts'

export const webhookOperations = under('Webhooks', {
  'GET /v1/webhook_event_types': {
    summary: 'List what can be subscribed to',
    answers: [ok('The types.', answers.WebhookEventTypeList)],
  },
  'POST /v1/webhook_endpoints': {
    summary: 'Subscribe a URL',
    body: {
      schema: requests.NewWebhookEndpoint,
      example: {
        name: 'Production',
        url: 'https://app.example/hooks/reelay',
        event_types: ['video.completed', 'video.failed'],
      },
    },
    answers: [ok('The endpoint, with its secret.', answers.WebhookEndpointWithSecret)],
  },
  'GET /v1/webhook_endpoints': {
    summary: 'List endpoints',
    parameters: ['limit', 'after'],
    answers: [ok('One page.', answers.WebhookEndpointList)],
    errors: ['invalid_request'],
  },
  'GET /v1/webhook_endpoints/:id': {
    summary: 'Read an endpoint',
    answers: [ok('The endpoint.', answers.WebhookEndpoint)],
  },
  'POST /v1/webhook_endpoints/:id': {
    summary: 'Change an endpoint',
    body: { schema: requests.WebhookEndpointChange, example: { event_types: ['video.failed'] } },
    answers: [ok('The endpoint.', answers.WebhookEndpoint)],
  },
  'DELETE /v1/webhook_endpoints/:id': {
    summary: 'Remove an endpoint',
    answers: [ok('Removed.', answers.Deleted)],
  },
  'POST /v1/webhook_endpoints/:id/rotate_secret': {
    summary: 'Replace the signing secret',
    description: 'With `keep_old_secret_active_for_24_hours` deliveries are signed with both.',
    body: {
      schema: rotateSecretSchema,
      example: { keep_old_secret_active_for_24_hours: true },
      optional: true,
    },
    answers: [ok('The endpoint, with its new secret.', answers.WebhookEndpointWithSecret)],
  },
  'POST /v1/webhook_endpoints/:id/test': {
    summary: 'Send a sample now',
    body: { schema: testEndpointSchema, example: { event_type: 'video.completed' } },
    answers: [ok('What the receiver answered.', answers.WebhookTest)],
  },
  'GET /v1/webhook_endpoints/:id/deliveries': {
    summary: 'List what an endpoint was told',
    parameters: ['limit', 'after'],
    answers: [ok('One page, the newest first.', answers.WebhookDeliveryList)],
    errors: ['invalid_request', 'not_found'],
  },
  'POST /v1/webhook_endpoints/:id/deliveries/:delivery/replay': {
    summary: 'Deliver again',
    answers: [ok('The delivery, pending again.', answers.WebhookDelivery)],
  },
  'POST /v1/callbacks': {
    summary: 'Be told once when several videos have all ended',
    body: {
      schema: requests.NewCallback,
      example: { video_ids: ['video_…'], url: 'https://app.example/hooks/finished' },
    },
    answers: [answer(201, 'The callback.', answers.Callback)],
    errors: ['not_found'],
  },
})
