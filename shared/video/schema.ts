// A video and its events on the wire, declared once: the types, what a client takes and what OpenAPI
// shows follow. The Worker imports only the types, so it carries none of this. `z.catch` names what
// a client takes for a field that is missing or odd, because a base URL may point at anything.

import * as z from 'zod/v4-mini'
import { say } from '../wire/schema.ts'
import { videoStatuses } from './statuses.ts'
import { charges, failures, outcomes, type FailureCode } from './failures.ts'

export const failureCodes = Object.keys(failures) as [FailureCode, ...FailureCode[]]

const text = () => z.catch(z.string(), '')
const unixSeconds = () => say(z.catch(z.int(), 0), 'Unix seconds.')
const maybeSeconds = (description: string) =>
  say(z.catch(z.nullable(z.int()), null), `Unix seconds${description}.`)
const maybeText = () => z.catch(z.nullable(z.string()), null)

const phase = z.enum(['queued', 'running', 'archiving'])
export const charge = say(
  z.enum(charges),
  'What it may cost. none: never sent, or refused before any work. certain: completed, or a link was seen. possible: everything else.',
)
export const outcome = z.enum(outcomes)
const failure = z.object({
  // A code that this version does not know counts as a failure of the relay's making.
  code: say(z.catch(z.enum(failureCodes), 'upstream_error'), 'What was seen.'),
  message: text(),
})

/** OpenAI's thirteen fields, then Reelay's own. */
const videoFields = {
  id: z.string().check(z.minLength(1)),
  object: z.literal('video'),
  model: text(),
  status: z.enum(videoStatuses),
  progress: say(
    z.catch(z.int().check(z.gte(0), z.lte(100)), 0),
    'Percent; 0 while none is known, 100 only when completed.',
  ),
  created_at: unixSeconds(),
  completed_at: maybeSeconds(', null unless completed'),
  expires_at: maybeSeconds(' when it is deleted, null while it runs'),
  prompt: maybeText(),
  size: text(),
  seconds: text(),
  remixed_from_video_id: maybeText(),
  error: z.catch(z.nullable(failure), null),
  phase: z.catch(phase, 'queued'),
  charge: z.catch(charge, 'possible'),
  outcome: say(
    z.catch(z.nullable(outcome), null),
    'Whether the relay said how it ended; null while it runs.',
  ),
  metadata: z.catch(z.record(z.string(), z.string()), {}),
  cost_usd: say(
    z.catch(z.optional(z.nullable(z.number())), null),
    'US dollars that were booked; null while they are only held. Requests that join repeat it: sum by id.',
  ),
  url: say(z.optional(z.string()), 'A fresh signed link, when completed.'),
  events_url: say(
    z.optional(z.string()),
    'A fresh signed link to its events, for whoever has no key: a browser’s EventSource, for one.',
  ),
  source_url: say(
    z.optional(z.string()),
    'The relay’s own link, after download_failed or storage_failed.',
  ),
  other_urls: say(
    z.catch(z.optional(z.array(z.string())), undefined),
    'Further videos of the same answer, by the relay’s own links; they are not stored.',
  ),
}

/** Fields of a newer gateway pass a client unread, so the type does not name them. */
export const videoSchema: z.ZodMiniObject<typeof videoFields, z.core.$strip> =
  z.looseObject(videoFields)

const place = { offset: say(z.int(), 'Counts from 1.'), at: say(z.int(), 'Milliseconds.') }
// Of no event that ends a wait may an odd extra field make it unreadable.
const retryAt = z.catch(z.optional(z.number()), undefined)

/** The `data:` of one server-sent event. */
export const eventSchema = z.discriminatedUnion('type', [
  z.object({ ...place, type: z.literal('queued') }),
  /** An attempt is about to be sent to the relay. Progress starts over with each attempt. */
  z.object({ ...place, type: z.literal('started'), attempt: z.catch(z.int(), 1) }),
  /** Percent, 0 to 100, as the relay said it; may carry decimals. */
  z.object({ ...place, type: z.literal('progress'), progress: z.number() }),
  /** After a refused attempt: why it is queued again, and until when (ms since epoch). */
  z.object({
    ...place,
    type: z.literal('phase'),
    phase,
    reason: z.catch(z.optional(z.enum(failureCodes)), 'upstream_error'),
    retry_at: retryAt,
  }),
  z.object({ ...place, type: z.literal('preview'), url: z.string() }),
  z.object({ ...place, type: z.literal('archiving') }),
  z.object({ ...place, type: z.literal('completed'), video: videoSchema }),
  /**
   * `retry_at`, when the relay asked for a longer wait than the gateway takes on itself; `dead_link`,
   * when archiving what the relay made again cannot help.
   */
  z.object({
    ...place,
    type: z.literal('failed'),
    error: failure,
    charge,
    outcome,
    retry_at: retryAt,
    dead_link: z.catch(z.optional(z.boolean()), undefined),
  }),
])
