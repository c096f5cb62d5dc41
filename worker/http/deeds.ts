// Which routes are deeds of an operator, to be noted: every one of /admin that changes something, which
// the compiler sees to, and the one that reads everything at once.

import type { Deed } from '../directory/audit.ts'
import type { Route } from './routes.ts'

type Reading = `GET ${string}`
type Changing = Exclude<Extract<Route, `${string} /admin/${string}`>, Reading>

export const deedOf: Readonly<Partial<Record<Route, Deed>>> = {
  'POST /admin/keys': 'key.create',
  'PATCH /admin/keys/:id': 'key.change',
  'DELETE /admin/keys/:id': 'key.revoke',
  'POST /admin/keys/:id/rotate': 'key.rotate',
  'POST /admin/videos/:id/settle': 'video.settle',
  'POST /admin/videos/:id/cancel': 'video.cancel',
  'POST /admin/videos/:id/wake': 'video.wake',
  'POST /admin/videos/:id/archive': 'video.archive',
  'POST /admin/videos/:id/replay': 'video.replay',
  'PATCH /admin/accounts/:id': 'account.change',
  'DELETE /admin/accounts/:id': 'account.erase',
  'POST /admin/accounts/:id/restore': 'account.restore',
  'GET /admin/export': 'export',
} satisfies Readonly<Record<Changing, Deed>> & Partial<Record<Route, Deed>>
