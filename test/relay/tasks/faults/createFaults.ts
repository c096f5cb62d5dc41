// Faults of the answer to the POST. Those that lose it have begun and billed a task all the same:
// nobody who asks can know.

import { cut } from '../../faults/knobs.ts'
import {
  answer,
  bill,
  bytes,
  end,
  head,
  reset,
  silence,
  type Script,
  type Step,
} from '../../script.ts'
import type { IdForm } from '../manner.ts'
import type { Detour } from '../task.ts'
import type { TaskFault } from './taskKnobs.ts'

export const createFaults = {
  'create-200': withStatus(200),
  'create-201': withStatus(201),
  'create-202': withStatus(202),
  'id-missing': withId('missing'),
  'id-url': withId('url'),
  'id-number': withId('number'),

  'create-lost': withCreate(() => [bill, reset]),
  'create-fin': withCreate(() => [bill, { type: 'fin' }]),
  'create-silence': withCreate(() => [bill, silence]),
  'create-cut': withCreate((regular) => half(regular, cut)),
  /** Half a document, and the connection ends as if that were all. */
  'create-half': withCreate((regular) => half(regular, [end])),
  'create-204': withCreate(() => [bill, head(204, {}), end]),
  'create-500': withCreate((_regular, { refuse }) =>
    afterBill(refuse({ status: 500, code: 'internal_error', message: 'Internal server error' })),
  ),
  'create-502': withCreate(() => afterBill(answer(502, 'text/html', page('502 Bad Gateway')))),
  'create-504': withCreate(() => afterBill(answer(504, 'text/html', page('504 Gateway Time-out')))),
  'create-524': withCreate(() =>
    afterBill(answer(524, 'text/html', page('relay.example | 524: A timeout occurred'))),
  ),
  /** A page with 200, from something in front of the relay: nothing was begun. */
  'create-html': withCreate(() => answer(200, 'text/html', page('Sign in'))),
  'create-redirect': withCreate((_regular, { links }) => [
    head(307, { location: links.vendor }),
    end,
  ]),

  /** The relay's own gateway tried another channel, too, and both work: one POST, billed twice. */
  'create-twice': (plan) => ({ ...plan, upstreamOrders: 2 }),
  /** The POST waits for the video and answers with it. */
  'create-finished': (plan) => ({ ...plan, isBlocking: true, life: () => ({ is: 'over' }) }),
  'form-only': (plan) => ({ ...plan, accepts: 'form' }),
  'json-only': (plan) => ({ ...plan, accepts: 'json' }),
} as const satisfies Record<string, TaskFault>

const page = (title: string) => `<!doctype html><title>${title}</title>`

function withStatus(createStatus: number): TaskFault {
  return (plan) => ({ ...plan, createStatus })
}

function withId(id: IdForm): TaskFault {
  return (plan) => ({ ...plan, manner: { ...plan.manner, id } })
}

function withCreate(create: Detour): TaskFault {
  return (plan) => ({ ...plan, create })
}

function* afterBill(script: Script): Script {
  yield bill
  yield* script
}

/** The first half of each write, then `ending`. */
function* half(script: Script, ending: Script): Iterable<Step> {
  for (const step of script) {
    if (step.type === 'end') yield* ending
    else if (step.type === 'bytes') yield bytes(step.bytes.subarray(0, step.bytes.length >> 1))
    else yield step
  }
}
