// Faults of a look at a task: none of them says anything about the task, and the work goes on. Each
// look counts, so what was faulty is also missed.

import { cut } from '../../faults/knobs.ts'
import { answer, bytes, end, head, reset, silence, type Script } from '../../script.ts'
import type { DetourVisit } from '../task.ts'
import type { TaskRefusal } from '../taskRefusals.ts'
import type { TaskFault, TaskKnobs } from './taskKnobs.ts'

/** As new-api says it. */
const UNKNOWN = { code: 'task_not_exist', message: 'task_not_exist' } as const

export const lookFaults = {
  'poll-304': failing(() => [head(304, {}), end]),
  'poll-401': refusing({ status: 401, code: 'invalid_api_key', message: 'Invalid token' }),
  'poll-403': refusing({ status: 403, code: 'access_denied', message: 'Access denied' }),
  'poll-404': refusing({ status: 404, code: 'not_found', message: 'Video not found' }),
  'poll-404-html': failing(() => answer(404, 'text/html', page('404 Not Found'))),
  'poll-429': failing(({ refuse }, { retryAfter }) =>
    refuse({ status: 429, code: 'rate_limit_exceeded', message: 'Polling too fast', retryAfter }),
  ),
  'poll-500': refusing({ status: 500, code: 'fail_to_fetch_task', message: 'fail_to_fetch_task' }),
  'poll-502': failing(() => answer(502, 'text/html', page('502 Bad Gateway'))),
  'poll-503': failing(({ refuse }, { retryAfter }) =>
    refuse({ status: 503, code: 'unavailable', message: 'Service unavailable', retryAfter }),
  ),
  'poll-html': failing(() => answer(200, 'text/html', page('Just a moment...'))),
  /** A wrapper that has failed by itself, with 200. */
  'poll-wrapper-error': failing(() =>
    answer(200, 'application/json', '{"code":"fail_to_fetch_task","message":"EOF","data":null}'),
  ),
  'poll-empty': failing(() => answer(200, 'application/json', '')),
  'poll-reset': failing(() => [reset]),
  'poll-cut': failing(() => [
    head(200, { 'content-type': 'application/json' }),
    bytes('{"id":"video_1","status":"comp'),
    ...cut,
  ]),
  'poll-silence': failing(() => [silence]),

  /** For ever: the relay has forgotten the task. */
  'poll-unknown': (plan) => ({
    ...plan,
    look: (_, { refuse }) => refuse({ status: 404, ...UNKNOWN }),
  }),
  'poll-unknown-400': (plan) => ({
    ...plan,
    look: (_, { refuse }) => refuse({ status: 400, ...UNKNOWN }),
  }),
  'poll-gone': (plan) => ({
    ...plan,
    look: (_, { refuse }) => refuse({ status: 410, ...UNKNOWN }),
  }),
  /** 202 in place of 200, as long as it is answered at all. */
  'poll-202': (plan) => ({ ...plan, look: (regular) => withStatus(regular, 202) }),
} as const satisfies Record<string, TaskFault>

const page = (title: string) => `<!doctype html><title>${title}</title>`

function failing(fail: (visit: DetourVisit, knobs: TaskKnobs) => Script): TaskFault {
  return (plan, knobs) => ({
    ...plan,
    look: (regular, visit) =>
      visit.nth <= knobs.times ? fail(visit, knobs) : plan.look(regular, visit),
  })
}

function refusing(refusal: TaskRefusal): TaskFault {
  return failing(({ refuse }) => refuse(refusal))
}

function* withStatus(script: Script, status: number): Script {
  for (const step of script) yield step.type === 'head' ? head(status, step.headers) : step
}
