// What this very item has already started, kept in the execution itself. n8n runs the node anew on
// "Retry On Fail"; what is written here before is how a second run knows that a first one paid.

import * as z from 'zod/v4-mini'

import type { IExecuteFunctions } from 'n8n-workflow'

import type { JsonValue } from '../../../shared/wire/json.ts'

const attempt = z.discriminatedUnion('state', [
  /** The gateway made this video for this item. */
  z.object({ state: z.literal('started'), id: z.string() }),
  /** The paid request to a plain relay left; nobody knows yet how it ended. */
  z.object({ state: z.literal('sent') }),
  /** A plain relay has taken a job. Only the relay that took it is asked for it. */
  z.object({
    state: z.literal('job'),
    baseUrl: z.string(),
    relayKind: z.string(),
    /** Its kind's own words, never read here. */
    task: z.custom<JsonValue>((value) => value !== undefined),
    /** What the relay calls it, for people. */
    name: z.string(),
    since: z.number(),
  }),
  /** A plain relay named the video. */
  z.object({
    state: z.literal('completed'),
    video: z.record(z.string(), z.unknown()),
    /** Its link opens only with the relay's key. */
    needsKey: z.optional(z.boolean()),
  }),
  /** A plain relay failed after it may have charged. */
  z.object({ state: z.literal('failed'), message: z.string(), advice: z.string() }),
])

type Attempt = z.infer<typeof attempt>

export type OrderedJob = Attempt & { state: 'job' }

export type AttemptMemory = ReturnType<typeof openAttemptMemory>

/** The memory of the item that has this key. */
export function openAttemptMemory(context: IExecuteFunctions, key: string) {
  const store = context.getContext('node')
  return {
    read: (): Attempt | null => attempt.safeParse(store[key]).data ?? null,
    write(value: Attempt): void {
      store[key] = value
    },
    forget(): void {
      delete store[key]
    },
  }
}
