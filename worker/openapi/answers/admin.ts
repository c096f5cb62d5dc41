// What an operator is answered: keys, and the books.

import * as z from 'zod/v4-mini'
import { scopes } from '../../account/keys.ts'
import { charge, failureCodes, maybeSeconds, outcome, say, unixSeconds, usd } from './parts.ts'

export const apiKey = z.object({
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
  expires_at: maybeSeconds('Unix seconds.'),
  revoked_at: maybeSeconds('Unix seconds.'),
})

export const createdApiKey = z.object({
  ...apiKey.shape,
  key: say(z.string(), 'Shown here and never again.'),
})

export const revokedApiKey = z.object({ ...apiKey.shape, deleted: z.literal(true) })

export const rotatedApiKey = z.object({
  ...createdApiKey.shape,
  old_key_expires_at: say(z.int(), 'Unix seconds until which the old secret works, too.'),
})

const adminPage = <Entry extends z.ZodMiniType>(entry: Entry) =>
  z.object({
    object: z.literal('list'),
    data: z.array(entry),
    has_more: z.boolean(),
    next_after: say(z.nullable(z.string()), 'The `after` of the next page.'),
  })

export const apiKeyList = adminPage(apiKey)

export const adminVideo = z.object({
  id: z.string(),
  object: z.literal('admin.video'),
  account: z.string(),
  key_id: z.string(),
  model: z.string(),
  status: z.enum(['running', 'completed', 'failed', 'gone']),
  charge: z.nullable(charge),
  outcome: z.nullable(outcome),
  code: z.nullable(z.enum(failureCodes)),
  price_usd: usd(),
  held_usd: usd(),
  spent_usd: usd(),
  created_at: unixSeconds(),
  ended_at: maybeSeconds('Unix seconds.'),
  expires_at: maybeSeconds('Unix seconds.'),
})

export const adminVideoList = adminPage(adminVideo)
