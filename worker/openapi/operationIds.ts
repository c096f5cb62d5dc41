// What generated clients call each operation. A route that is not named here is called by its method and
// path.

import { type Route, splitRoute } from '../http/routes.ts'

const names: Readonly<Partial<Record<Route, string>>> = {
  'GET /v1/models': 'listModels',
  'GET /v1/models/:id': 'getModel',
  'POST /v1/chat/completions': 'createChatCompletion',
  'POST /v1/responses': 'createResponse',
  'POST /v1/videos': 'createVideo',
  'GET /v1/videos': 'listVideos',
  'POST /v1/videos/edits': 'editVideo',
  'POST /v1/videos/extensions': 'extendVideo',
  'POST /v1/videos/characters': 'createCharacter',
  'GET /v1/videos/characters/:id': 'getCharacter',
  'GET /v1/videos/:id': 'getVideo',
  'DELETE /v1/videos/:id': 'deleteVideo',
  'POST /v1/videos/:id/remix': 'remixVideo',
  'POST /v1/videos/:id/cancel': 'cancelVideo',
  'POST /v1/videos/:id/archive': 'archiveVideo',
  'GET /v1/videos/:id/events': 'followVideo',
  'GET /v1/videos/:id/content': 'downloadVideo',
  'GET /v1/videos/:id/content/:name': 'downloadVideoAs',
  'GET /v1/usage': 'getUsage',
  'GET /v1/webhook_event_types': 'listWebhookEventTypes',
  'POST /v1/webhook_endpoints': 'createWebhookEndpoint',
  'GET /v1/webhook_endpoints': 'listWebhookEndpoints',
  'GET /v1/webhook_endpoints/:id': 'getWebhookEndpoint',
  'POST /v1/webhook_endpoints/:id': 'changeWebhookEndpoint',
  'DELETE /v1/webhook_endpoints/:id': 'deleteWebhookEndpoint',
  'POST /v1/webhook_endpoints/:id/rotate_secret': 'rotateWebhookSecret',
  'POST /v1/webhook_endpoints/:id/test': 'testWebhookEndpoint',
  'GET /v1/webhook_endpoints/:id/deliveries': 'listWebhookDeliveries',
  'POST /v1/webhook_endpoints/:id/deliveries/:delivery/replay': 'replayWebhookDelivery',
  'POST /v1/callbacks': 'createCallback',
  'POST /v1/schedules': 'createSchedule',
  'GET /v1/schedules': 'listSchedules',
  'GET /v1/schedules/:id': 'getSchedule',
  'POST /v1/schedules/:id': 'changeSchedule',
  'PATCH /v1/schedules/:id': 'patchSchedule',
  'DELETE /v1/schedules/:id': 'deleteSchedule',
  'POST /v1/schedules/:id/run': 'runSchedule',
  'POST /admin/keys': 'createKey',
  'GET /admin/keys': 'listKeys',
  'PATCH /admin/keys/:id': 'changeKey',
  'DELETE /admin/keys/:id': 'revokeKey',
  'POST /admin/keys/:id/rotate': 'rotateKey',
  'GET /admin/videos': 'listAllVideos',
  'GET /admin/videos/:id': 'inspectVideo',
  'POST /admin/videos/:id/settle': 'settleVideo',
  'POST /admin/videos/:id/cancel': 'cancelAnyVideo',
  'POST /admin/videos/:id/wake': 'wakeVideo',
  'POST /admin/videos/:id/archive': 'archiveAnyVideo',
  'POST /admin/videos/:id/replay': 'replayVideoEnd',
  'GET /admin/deliveries': 'listUndelivered',
  'GET /admin/health': 'getAdminHealth',
  'GET /admin/export': 'exportBooks',
  'POST /admin/accounts/:id/restore': 'restoreAccount',
}

export function toOperationId(route: Route): string {
  const [method, path] = splitRoute(route)
  return names[route] ?? method.toLowerCase() + toCapitals(path.replace(/^\/v1/, ''))
}

/** `video.completed` → `VideoCompleted`. */
export function toCapitals(text: string): string {
  const words = text.match(/[A-Za-z]{1,40}/g) ?? []
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}
