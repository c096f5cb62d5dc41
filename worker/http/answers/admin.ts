// What an operator is answered: keys, and what an account spent.

import * as z from 'zod/v4-mini'
import { charge, failureCodes, outcome } from '../../../shared/video/schema.ts'
import { say } from '../../../shared/wire/schema.ts'
import { scopes } from '../../account/keys.ts'
import { adminPage, maybeSeconds, unixSeconds, usd } from './parts.ts'

export const ApiKey = z.object({
  id: z.string(),
  object: z.literal('key'),
  account: z.string(),
  name: z.string(),
  hint: say(z.string(), 'Start and end of the key.'),
  scopes: z.array(z.enum(scopes)),
  budget_usd: z.nullable(z.number()),
  spent_usd: usd(),
  held_usd: usd(),
  rpm: z.nullable(z.int()),
  concurrency: z.nullable(z.int()),
  created_at: unixSeconds(),
  expires_at: maybeSeconds(),
  revoked_at: maybeSeconds(),
})

export const CreatedApiKey = z.object({
  ...ApiKey.shape,
  key: say(z.string(), 'Shown here and never again.'),
})

export const RevokedApiKey = z.object({ ...ApiKey.shape, deleted: z.literal(true) })

export const RotatedApiKey = z.object({
  ...CreatedApiKey.shape,
  old_key_expires_at: say(z.int(), 'Unix seconds until which the old secret works, too.'),
})

export const ApiKeyList = adminPage(ApiKey)

export const AdminVideo = z.object({
  id: z.string(),
  object: z.literal('admin.video'),
  account: z.string(),
  key_id: z.string(),
  request_id: say(
    z.nullable(z.string()),
    'Of the request that admitted it, its `x-request-id`; the relay got it, too. `schedule.slot` for a slot.',
  ),
  model: z.string(),
  status: z.enum(['running', 'completed', 'failed', 'gone']),
  charge: z.nullable(charge),
  outcome: z.nullable(outcome),
  code: z.nullable(z.enum(failureCodes)),
  message: say(z.nullable(z.string()), 'Why it failed, in words.'),
  attempts: z.array(
    z.object({
      attempt: z.int(),
      started_at: unixSeconds(),
      ended_at: maybeSeconds(),
      code: z.nullable(z.enum(failureCodes)),
    }),
  ),
  relay_text: say(
    z.string(),
    'The relay’s last words, without links, keys and the prompt; empty when it said nothing.',
  ),
  price_usd: usd(),
  held_usd: usd(),
  spent_usd: usd(),
  created_at: unixSeconds(),
  ended_at: maybeSeconds(),
  expires_at: maybeSeconds(),
})

export const AdminVideoList = adminPage(AdminVideo)
