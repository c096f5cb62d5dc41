// Faults of the result: the address that only the relay's key opens, and documents that are done and
// do not say so.

import { answer, end, head, type Script } from '../../script.ts'
import type { DetourVisit } from '../task.ts'
import type { TaskRefusal } from '../taskRefusals.ts'
import type { TaskFault } from './taskKnobs.ts'

export const resultFaults = {
  /** Another host has the file: the key must not go along. */
  'content-redirect': failing(({ links }) => redirect(302, links.vendor), true),
  'content-redirect-307': failing(({ links }) => redirect(307, links.vendor), true),
  /** The same host, where no key is needed. */
  'content-redirect-own': failing(({ links }) => redirect(302, links.direct), true),
  'content-401': refusing({ status: 401, code: 'invalid_api_key', message: 'Invalid token' }),
  'content-404': refusing({ status: 404, code: 'not_found', message: 'Video not found' }),
  'content-429': refusing({
    status: 429,
    code: 'rate_limit_exceeded',
    message: 'Too many requests',
    retryAfter: '1',
  }),
  'content-502': failing(() => answer(502, 'text/html', '<!doctype html><title>502</title>')),
  /** 200, and no video. */
  'content-json': failing(() =>
    answer(200, 'application/json', '{"error":{"message":"upstream expired","code":"expired"}}'),
  ),
  'no-status': (plan) => ({ ...plan, manner: { ...plan.manner, isStateDropped: true } }),
} as const satisfies Record<string, TaskFault>

function failing(fail: (visit: DetourVisit) => Script, isEveryTime = false): TaskFault {
  return (plan, { times }) => ({
    ...plan,
    content: (regular, visit) =>
      isEveryTime || visit.nth <= times ? fail(visit) : plan.content(regular, visit),
  })
}

function refusing(refusal: TaskRefusal): TaskFault {
  return failing(({ refuse }) => refuse(refusal))
}

function redirect(status: number, location: string): Script {
  return [head(status, { location }), end]
}
