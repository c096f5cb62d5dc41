// Who may call which route: one row per route of the app, and nothing else. A new route has no
// rights until somebody writes down here whom it is for.

import type { Scope } from '../../worker/account/keys.ts'

export type Access = 'everybody' | 'admin' | 'read or link' | Scope

export interface RouteRow {
  readonly access: Access
  /** What the right credential gets for an empty object as body and ids that nobody was given. */
  readonly answer: number
}

const row = (access: Access, answer: number): RouteRow => ({ access, answer })

export const routeAccess: Readonly<Record<string, RouteRow>> = {
  'GET /health': row('everybody', 200),

  'GET /v1/models': row('read', 200),
  'GET /v1/models/:id': row('read', 404),
  'POST /v1/chat/completions': row('generate', 400),
  'POST /v1/videos': row('generate', 400),
  'GET /v1/videos': row('read', 200),
  'POST /v1/videos/edits': row('generate', 501),
  'POST /v1/videos/extensions': row('generate', 501),
  'POST /v1/videos/characters': row('generate', 501),
  'GET /v1/videos/characters/:id': row('read', 501),
  'GET /v1/videos/:id': row('read', 404),
  'DELETE /v1/videos/:id': row('manage', 404),
  'POST /v1/videos/:id/remix': row('generate', 400),
  'POST /v1/videos/:id/cancel': row('manage', 404),
  'POST /v1/videos/:id/archive': row('generate', 404),
  'GET /v1/videos/:id/events': row('read', 404),
  'GET /v1/videos/:id/content': row('read or link', 404),
  'GET /v1/usage': row('read', 200),

  'GET /v1/webhook_event_types': row('manage', 200),
  'POST /v1/webhook_endpoints': row('manage', 400),
  'GET /v1/webhook_endpoints': row('manage', 200),
  'GET /v1/webhook_endpoints/:id': row('manage', 404),
  'POST /v1/webhook_endpoints/:id': row('manage', 404),
  'DELETE /v1/webhook_endpoints/:id': row('manage', 404),
  'POST /v1/webhook_endpoints/:id/rotate_secret': row('manage', 404),
  'POST /v1/webhook_endpoints/:id/test': row('manage', 400),
  'GET /v1/webhook_endpoints/:id/deliveries': row('manage', 404),
  'POST /v1/webhook_endpoints/:id/deliveries/:delivery/replay': row('manage', 404),
  'POST /v1/callbacks': row('generate', 400),

  'POST /v1/schedules': row('manage', 400),
  'GET /v1/schedules': row('manage', 200),
  'GET /v1/schedules/:id': row('manage', 404),
  'POST /v1/schedules/:id': row('manage', 404),
  'PATCH /v1/schedules/:id': row('manage', 404),
  'DELETE /v1/schedules/:id': row('manage', 404),
  'POST /v1/schedules/:id/run': row('manage', 404),

  'POST /admin/keys': row('admin', 400),
  'GET /admin/keys': row('admin', 200),
  'PATCH /admin/keys/:id': row('admin', 404),
  'DELETE /admin/keys/:id': row('admin', 404),
  'POST /admin/keys/:id/rotate': row('admin', 404),
  'GET /admin/videos': row('admin', 200),
  'POST /admin/videos/:id/settle': row('admin', 400),
}

/** `POST /v1/videos/:id/remix` with ids put in, as it is requested. */
export function toCall(
  route: string,
  ids: Readonly<Record<string, string>>,
): { method: string; path: string } {
  const [method = '', pattern = ''] = route.split(' ')
  const path = pattern
    .split('/')
    .map((part) => (part.startsWith(':') ? (ids[part.slice(1)] ?? part) : part))
    .join('/')
  return { method, path }
}
