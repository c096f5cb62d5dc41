// What several answers are made of. Only the API's description and its tests use these schemas: the
// Worker makes its bodies from types, and the tests hold every one of them against the document.

import * as z from 'zod/v4-mini'
import { failures } from '../../../shared/video/failures.ts'
import type { FailureCode } from '../../../shared/video/failures.ts'
import type { HttpErrorCode } from '../../http/errors.ts'
import { httpErrors } from '../../http/errors.ts'

export const say = <Schema extends z.ZodMiniType>(schema: Schema, description: string): Schema => {
  z.globalRegistry.add(schema, { description })
  return schema
}

export const unixSeconds = () => say(z.int(), 'Unix seconds.')

export const maybeSeconds = (what: string) => say(z.nullable(z.int()), what)

export const usd = () => say(z.number(), 'US dollars.')

/** One page, with the cursors of the next. */
export const page = <Entry extends z.ZodMiniType>(entry: Entry) =>
  z.object({
    object: z.literal('list'),
    data: z.array(entry),
    first_id: z.nullable(z.string()),
    last_id: say(z.nullable(z.string()), 'The `after` of the next page.'),
    has_more: z.boolean(),
  })

export const failureCodes = Object.keys(failures) as [FailureCode, ...FailureCode[]]

export const errorCodes = Object.keys(httpErrors) as [HttpErrorCode, ...HttpErrorCode[]]

export const charge = say(
  z.enum(['none', 'possible', 'certain']),
  'What it may cost. none: never sent, or refused before any work. certain: completed, or a link was seen. possible: everything else.',
)

export const outcome = z.enum(['known', 'unknown'])

export const failure = z.object({
  code: say(z.enum(failureCodes), 'What was seen.'),
  message: z.string(),
})

export const error = z.object({
  error: z.object({
    message: say(z.string(), 'What failed, why, and what to do. For people.'),
    type: z.string(),
    param: say(z.nullable(z.string()), 'The field at fault.'),
    code: z.enum([...errorCodes, ...failureCodes]),
  }),
})

export const deleted = z.object({
  id: z.string(),
  object: z.enum(['video.deleted', 'webhook_endpoint.deleted', 'schedule.deleted']),
  deleted: z.literal(true),
})
