// What the gateway says about itself and about a key, and when it refuses or has deleted.

import * as z from 'zod/v4-mini'
import { inputNames } from '../../../shared/request/asked.ts'
import { failureCodes } from '../../../shared/video/schema.ts'
import { say } from '../../../shared/wire/schema.ts'
import { scopes } from '../../account/keys.ts'
import { httpErrors, type HttpErrorCode } from '../errors.ts'
import { accountMoney, budgetPeriod, periodFields, usd } from './parts.ts'

const httpErrorCodes = Object.keys(httpErrors) as [HttpErrorCode, ...HttpErrorCode[]]

const error = z.object({
  error: z.object({
    message: say(z.string(), 'What failed, why, and what to do. For people.'),
    type: z.string(),
    param: say(z.nullable(z.string()), 'The field at fault.'),
    code: z.enum([...httpErrorCodes, ...failureCodes]),
  }),
})
export { error as Error }

export const Deleted = z.object({
  id: z.string(),
  object: z.enum(['video.deleted', 'webhook_endpoint.deleted', 'schedule.deleted']),
  deleted: z.literal(true),
})

export const Model = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
  seconds: say(z.array(z.string()), 'Lengths it offers, the default first; any when empty.'),
  sizes: say(z.array(z.string()), 'WIDTHxHEIGHT, the default first; any when empty.'),
  aspect_ratios: say(z.array(z.string()), 'Any when empty.'),
  resolutions: say(z.array(z.string()), 'Any when empty.'),
  inputs: say(
    z.nullable(z.array(z.enum(['input_reference', ...inputNames]))),
    'What it takes besides prompt, length and size; null: everything is passed on.',
  ),
  price_usd: say(
    z.nullable(z.union([z.number(), z.record(z.string(), z.number())])),
    'US dollars for one video, or by seconds; null: nobody has said, and it binds no budget.',
  ),
  remix: z.enum(['history', 'target_id', 'off']),
  available: say(
    z.boolean(),
    'False for some seconds after each relay that has it refused the gateway’s key or money.',
  ),
})

export const ModelList = z.object({ object: z.literal('list'), data: z.array(Model) })

/** JSON-RPC 2.0: a result, or an error of the protocol. What a tool could not do is a result. */
export const McpAnswer = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.nullable(z.union([z.string(), z.number()])),
  result: z.optional(z.looseObject({})),
  error: z.optional(z.looseObject({ code: z.int(), message: z.string() })),
})

export const Health = z.object({
  status: z.enum(['ok', 'degraded']),
  simulated_relay: say(z.boolean(), 'Nothing is paid and videos are test patterns.'),
  relay: say(z.optional(z.string()), 'Only with deep=1: ok, or what was seen.'),
})

export const Usage = z.object({
  object: z.literal('usage'),
  key: z.object({
    id: z.string(),
    name: z.string(),
    scopes: say(z.array(z.enum(scopes)), 'What this key may do.'),
    spent_usd: usd(),
    held_usd: say(z.number(), 'US dollars reserved for what runs or is in doubt.'),
    ...periodFields,
    limits: z.object({
      budget_usd: z.nullable(z.number()),
      budget_period: budgetPeriod(),
      rpm: z.nullable(z.int()),
      concurrency: z.nullable(z.int()),
    }),
  }),
  account: say(z.nullable(z.object(accountMoney)), 'Of all keys of the account together.'),
  days: say(
    z.array(
      z.object({
        day: say(z.string(), 'UTC, such as 2026-11-23.'),
        model: z.string(),
        generations: z.int(),
        completed: z.int(),
        failed: z.int(),
        spent_usd: usd(),
      }),
    ),
    'Of the whole account.',
  ),
})
