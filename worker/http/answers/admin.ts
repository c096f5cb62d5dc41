// What an operator is answered: keys, and what an account spent.

import * as z from 'zod/v4-mini'
import { charge, failureCodes, outcome } from '../../../shared/video/schema.ts'
import { say } from '../../../shared/wire/schema.ts'
import { webhookEventTypes } from '../../account/endpoints.ts'
import { scopes } from '../../account/keys.ts'
import {
  adminPage,
  budgetPeriod,
  deliveryFields,
  maybeSeconds,
  periodFields,
  unixSeconds,
  usd,
} from './parts.ts'

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
  budget_period: budgetPeriod(),
  ...periodFields,
  rpm: z.nullable(z.int()),
  concurrency: z.nullable(z.int()),
  created_at: unixSeconds(),
  expires_at: maybeSeconds(),
  revoked_at: maybeSeconds(),
  models: say(z.nullable(z.array(z.string())), 'Models it may generate with; null: all.'),
  ip_allow: say(
    z.nullable(z.array(z.string())),
    'Networks it may be used from, as CIDR; null: all.',
  ),
  last_used_at: maybeSeconds(': the UTC day on which it was last used'),
  last_network: say(
    z.nullable(z.string()),
    'Where a caller last used it: a /24, or a /48 of IPv6.',
  ),
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
  relay: say(z.nullable(z.string()), 'The id of the relay that was asked last; null: none yet.'),
  relay_text: say(
    z.string(),
    'The relay’s last words, without links, keys and the prompt; empty when it said nothing.',
  ),
  next_look_at: say(
    maybeSeconds(),
    'Of a doubtful one: when its relay is asked again how it ended. `wake` asks now. null: nothing to ask.',
  ),
  price_usd: usd(),
  held_usd: usd(),
  spent_usd: usd(),
  created_at: unixSeconds(),
  ended_at: maybeSeconds(),
  expires_at: maybeSeconds(),
})

export const AdminVideoList = adminPage(AdminVideo)

export const AdminDelivery = z.object({
  object: z.literal('admin.delivery'),
  account: z.string(),
  origin: say(z.string(), 'Scheme and host of the receiver.'),
  ...deliveryFields,
})

export const AdminDeliveryList = adminPage(AdminDelivery)

const seconds = (what: string) => say(z.nullable(z.int()), what)

export const AdminHealth = z.object({
  object: z.literal('admin.health'),
  status: say(z.enum(['ok', 'degraded']), 'Of everything that was asked.'),
  store: say(
    z.object({ ok: z.boolean(), ms: z.int() }),
    'R2: a look for a name that is not there.',
  ),
  objects: say(z.object({ ok: z.boolean(), ms: z.int() }), 'A round trip to a Durable Object.'),
  cron: z.object({ last_tick_seconds: seconds('Since the minute’s trigger came; null: never.') }),
  oldest_running: z.nullable(
    z.object({ id: z.string(), account: z.string(), age_seconds: z.int() }),
  ),
  lost_alarms: say(z.array(z.string()), 'Accounts with plans and no alarm; asking rang them.'),
  outbox: z.object({
    pending: say(z.int(), 'Messages that wait for their first or next attempt.'),
    oldest_seconds: seconds('Age of the oldest of them.'),
    overdue_seconds: seconds('How late the latest attempt is; 0 when all are still to come.'),
  }),
  restored: say(z.array(z.string()), 'Accounts that ask for consent, because they were restored.'),
  accounts: z.object({
    asked: z.int(),
    not_reached: z.array(z.string()),
    next_after: say(
      z.nullable(z.string()),
      'The `after` that asks the others; null: all were asked.',
    ),
  }),
})

export const AdminRestore = z.object({
  object: z.literal('admin.restore'),
  account: z.string(),
  restored_to: maybeSeconds(', unless a bookmark was given'),
  bookmark: z.string(),
  undo_bookmark: say(z.string(), 'Restoring this one takes the restore back.'),
  asks_for_consent_until: unixSeconds(),
  confirmed: say(z.boolean(), 'false: the account has not answered yet, and finds out by itself.'),
})

const ofAccount = <Type extends string, Shape extends z.core.$ZodShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), account: z.string(), ...shape })

export const ExportLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('key'), ...ApiKey.shape }),
  ofAccount('endpoint', {
    id: z.string(),
    name: z.string(),
    url: z.string(),
    event_types: z.array(z.enum(webhookEventTypes)),
    created_at: unixSeconds(),
    updated_at: unixSeconds(),
    disabled_at: maybeSeconds(),
  }),
  ofAccount('generation', {
    id: z.string(),
    key_id: z.string(),
    model: z.string(),
    seconds: z.string(),
    size: z.string(),
    state: z.enum(['admitted', 'open', 'completed', 'failed', 'gone']),
    code: z.nullable(z.enum(failureCodes)),
    charge: z.nullable(charge),
    outcome: z.nullable(outcome),
    price_usd: usd(),
    held_usd: usd(),
    spent_usd: usd(),
    created_at: unixSeconds(),
    ended_at: maybeSeconds(),
    expires_at: maybeSeconds(),
  }),
  ofAccount('usage', {
    day: say(z.string(), 'UTC, such as 2026-11-23.'),
    model: z.string(),
    key_id: z.string(),
    generations: z.int(),
    completed: z.int(),
    failed: z.int(),
    spent_usd: usd(),
  }),
  ofAccount('schedule', {
    id: z.string(),
    name: z.string(),
    cron: z.string(),
    timezone: z.string(),
    paused: z.boolean(),
    key_id: z.string(),
    request: say(z.record(z.string(), z.unknown()), 'With its prompt, without its webhook.'),
    webhook_url: say(z.nullable(z.string()), 'Its secret is not exported.'),
    created_at: unixSeconds(),
  }),
  z.object({
    type: z.literal('end'),
    lines: say(z.int(), 'How many came before this one, the last of a whole export.'),
  }),
])
