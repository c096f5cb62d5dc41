// What this very item has already started, kept in the execution itself. n8n runs the node anew on
// "Retry On Fail"; what is written here before is how a second run knows that a first one paid.

import * as z from 'zod/v4-mini'

import type { IExecuteFunctions } from 'n8n-workflow'

import { toSha256 } from '../../../shared/wire/bytes.ts'
import type { JsonObject } from '../../../shared/wire/json.ts'
import { isTool } from './isTool.ts'

const attempt = z.discriminatedUnion('state', [
  /** The gateway made this video for this item. */
  z.object({ state: z.literal('started'), id: z.string() }),
  /** The paid request to a plain relay left; nobody knows yet how it ended. */
  z.object({ state: z.literal('sent') }),
  /** A plain relay named the video. */
  z.object({ state: z.literal('completed'), video: z.record(z.string(), z.unknown()) }),
  /** A plain relay failed after it may have charged. */
  z.object({ state: z.literal('failed'), message: z.string(), advice: z.string() }),
])

export type Attempt = z.infer<typeof attempt>

export interface AttemptMemory {
  read(key: string): Attempt | null
  write(key: string, attempt: Attempt): void
  forget(key: string): void
}

export function openAttemptMemory(context: IExecuteFunctions): AttemptMemory {
  const store = context.getContext('node')
  return {
    read(key) {
      const result = attempt.safeParse(store[key])
      return result.success ? result.data : null
    },
    write(key, value) {
      store[key] = value
    },
    forget(key) {
      delete store[key]
    },
  }
}

/**
 * The same for every retry of one item in one run of one node, different for all others, and telling
 * nothing about them. Null where n8n has no execution to speak of. An agent's retry counts as a new
 * run, so for a tool it is what was asked that must be the same.
 */
export async function deriveIdempotencyKey(
  context: IExecuteFunctions,
  itemIndex: number,
  body: JsonObject,
): Promise<string | null> {
  const executionId = context.getExecutionId()
  if (!executionId) return null
  const place = [
    context.getInstanceId(),
    context.getWorkflow().id ?? '',
    executionId,
    context.getNode().id,
    ...(isTool(context)
      ? [JSON.stringify(body)]
      : [String(context.getWorkflowDataProxy(itemIndex).$runIndex), String(itemIndex)]),
  ]
  return `n8n-${await toSha256(JSON.stringify(place))}`
}
