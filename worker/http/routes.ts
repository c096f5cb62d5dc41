// Every route on one screen: what is called, who may call it, what answers. The app, the OpenAPI
// document, docs/api.md and the tests follow from these rows; where two fit, the first one answers.

import type { Scope } from '../account/keys.ts'
import type { AppContext } from './context.ts'
import * as adminAccounts from './routes/adminAccounts.ts'
import * as adminActions from './routes/adminActions.ts'
import * as adminAudit from './routes/adminAudit.ts'
import * as adminHealth from './routes/adminHealth.ts'
import * as adminKeys from './routes/adminKeys.ts'
import * as adminOverview from './routes/adminOverview.ts'
import * as adminRecovery from './routes/adminRecovery.ts'
import * as adminVideos from './routes/adminVideos.ts'
import * as callbacks from './routes/callbacks.ts'
import * as chat from './routes/chat.ts'
import * as content from './routes/content.ts'
import * as derivedVideos from './routes/derivedVideos.ts'
import * as events from './routes/events.ts'
import * as health from './routes/health.ts'
import * as mcp from './routes/mcp.ts'
import * as models from './routes/models.ts'
import * as schedules from './routes/schedules.ts'
import * as securityTxt from './routes/securityTxt.ts'
import * as usage from './routes/usage.ts'
import * as videos from './routes/videos.ts'
import * as webhooks from './routes/webhooks.ts'

/**
 * A key with this scope, or:
 * admit: a key with `generate`, about which the account itself asks in the hop that admits;
 * link: a signed link or a key with `read`, and the handler looks which;
 * admin: the operator's token; anyone: nothing.
 */
export type Access = Scope | 'admit' | 'link' | 'admin' | 'anyone'

type Row = readonly [Access, (context: AppContext) => Response | Promise<Response>]

export const routes = {
  'GET /health': ['anyone', health.getHealth],
  'GET /.well-known/security.txt': ['anyone', securityTxt.getSecurityTxt],

  'GET /v1/models': ['read', models.listModels],
  'GET /v1/models/:id': ['read', models.getModel],
  'POST /v1/chat/completions': ['admit', chat.completeChat],
  'POST /v1/responses': ['generate', chat.refuseResponses],
  'POST /v1/videos': ['admit', videos.createVideo],
  'GET /v1/videos': ['read', videos.listVideos],
  'POST /v1/videos/edits': ['generate', derivedVideos.editVideo],
  'POST /v1/videos/extensions': ['generate', derivedVideos.extendVideo],
  'POST /v1/videos/characters': ['generate', videos.refuseUnsupported],
  'GET /v1/videos/characters/:id': ['read', videos.refuseUnsupported],
  'GET /v1/videos/:id': ['read', videos.getVideo],
  'DELETE /v1/videos/:id': ['manage', videos.deleteVideo],
  'POST /v1/videos/:id/remix': ['generate', derivedVideos.remixVideo],
  'POST /v1/videos/:id/cancel': ['manage', videos.cancelVideo],
  'POST /v1/videos/:id/archive': ['generate', videos.archiveVideo],
  'GET /v1/videos/:id/events': ['link', events.followEvents],
  'GET /v1/videos/:id/content': ['link', content.getContent],
  'GET /v1/videos/:id/content/:name': ['link', content.getContent],
  'GET /v1/usage': ['read', usage.getUsage],

  'GET /v1/webhook_event_types': ['manage', webhooks.listEventTypes],
  'POST /v1/webhook_endpoints': ['manage', webhooks.createEndpoint],
  'GET /v1/webhook_endpoints': ['manage', webhooks.listEndpoints],
  'GET /v1/webhook_endpoints/:id': ['manage', webhooks.getEndpoint],
  'POST /v1/webhook_endpoints/:id': ['manage', webhooks.changeEndpoint],
  'DELETE /v1/webhook_endpoints/:id': ['manage', webhooks.deleteEndpoint],
  'POST /v1/webhook_endpoints/:id/rotate_secret': ['manage', webhooks.rotateSecret],
  'POST /v1/webhook_endpoints/:id/test': ['manage', webhooks.testEndpoint],
  'GET /v1/webhook_endpoints/:id/deliveries': ['manage', webhooks.listDeliveries],
  'POST /v1/webhook_endpoints/:id/deliveries/:delivery/replay': ['manage', webhooks.replayDelivery],
  'POST /v1/callbacks': ['generate', callbacks.createCallback],

  'POST /v1/schedules': ['manage', schedules.createSchedule],
  'GET /v1/schedules': ['manage', schedules.listSchedules],
  'GET /v1/schedules/:id': ['manage', schedules.getSchedule],
  'POST /v1/schedules/:id': ['manage', schedules.changeSchedule],
  'PATCH /v1/schedules/:id': ['manage', schedules.changeSchedule],
  'DELETE /v1/schedules/:id': ['manage', schedules.deleteSchedule],
  'POST /v1/schedules/:id/run': ['manage', schedules.runSchedule],

  'POST /mcp': ['read', mcp.answerMcp],

  'POST /admin/keys': ['admin', adminKeys.createKey],
  'GET /admin/keys': ['admin', adminKeys.listKeys],
  'PATCH /admin/keys/:id': ['admin', adminKeys.changeKey],
  'DELETE /admin/keys/:id': ['admin', adminKeys.revokeKey],
  'POST /admin/keys/:id/rotate': ['admin', adminKeys.rotateKey],
  'GET /admin/videos': ['admin', adminVideos.listAllVideos],
  'GET /admin/videos/:id': ['admin', adminVideos.getAnyVideo],
  'POST /admin/videos/:id/settle': ['admin', adminVideos.settleVideo],
  'POST /admin/videos/:id/cancel': ['admin', adminActions.cancelAnyVideo],
  'POST /admin/videos/:id/wake': ['admin', adminActions.wakeAnyVideo],
  'POST /admin/videos/:id/archive': ['admin', adminActions.archiveAnyVideo],
  'POST /admin/videos/:id/replay': ['admin', adminActions.replayEnd],
  'GET /admin/deliveries': ['admin', adminActions.listUndelivered],
  'GET /admin/overview': ['admin', adminOverview.getOverview],
  'GET /admin/health': ['admin', adminHealth.getAdminHealth],
  'GET /admin/audit': ['admin', adminAudit.listAudit],
  'GET /admin/export': ['admin', adminRecovery.exportBooks],
  'GET /admin/accounts/:id': ['admin', adminAccounts.getAnyAccount],
  'PATCH /admin/accounts/:id': ['admin', adminAccounts.changeAccount],
  'DELETE /admin/accounts/:id': ['admin', adminAccounts.eraseAccount],
  'POST /admin/accounts/:id/restore': ['admin', adminRecovery.restoreAccount],
} as const satisfies Readonly<Record<`${'GET' | 'POST' | 'PATCH' | 'DELETE'} /${string}`, Row>>

export type Route = keyof typeof routes

/** `GET /v1/videos` → `['GET', '/v1/videos']`. */
export function splitRoute(route: string): [method: string, path: string] {
  const [method = '', path = ''] = route.split(' ')
  return [method, path]
}

/** The scope a key needs; null where no key opens it. */
export function toScope(access: Access): Scope | null {
  if (access === 'anyone' || access === 'admin') return null
  if (access === 'admit') return 'generate'
  return access === 'link' ? 'read' : access
}
