// What an operator is answered about the gateway itself: what operators did, how much
// there is of an account.

import * as z from 'zod/v4-mini'
import { failureCodes } from '../../../shared/video/schema.ts'
import { say } from '../../../shared/wire/schema.ts'
import { deeds } from '../../directory/audit.ts'
import { accountMoney, adminPage, maybeSeconds, unixSeconds, usd } from './parts.ts'

export const AuditEntry = z.object({
  object: z.literal('admin.audit'),
  at: unixSeconds(),
  deed: z.enum(deeds),
  account: z.nullable(z.string()),
  subject: say(z.nullable(z.string()), 'The id of a key or a video.'),
  detail: say(z.nullable(z.string()), 'What was changed, by name, or said.'),
  network: say(z.nullable(z.string()), 'Of the caller: a /24, or a /48 of IPv6.'),
  token: say(z.enum(['full', 'read']), 'ADMIN_TOKEN or ADMIN_READ_TOKEN.'),
  request_id: z.string(),
  status: say(
    z.nullable(z.int()),
    'HTTP status of the answer; null while it is under way, or when how it ended was not noted.',
  ),
})

export const AuditList = adminPage(AuditEntry)

export const AdminAccount = z.object({
  id: z.string(),
  object: z.literal('account'),
  status: z.enum(['active', 'erasing', 'erased']),
  keys: z.int(),
  webhook_endpoints: z.int(),
  videos: z.int(),
  running: z.int(),
  ...accountMoney,
  erasure: say(
    z.nullable(
      z.object({
        asked_at: unixSeconds(),
        done_at: maybeSeconds(', once everything is gone'),
        videos_left: z.int(),
        videos: z.int(),
        keys: z.int(),
        webhook_endpoints: z.int(),
        deliveries: z.int(),
        schedules: z.int(),
      }),
    ),
    'How much went, or is going; kept for 90 days.',
  ),
})

export const AdminOverview = z.object({
  object: z.literal('admin.overview'),
  source: say(
    z.enum(['accounts', 'analytics']),
    'Where the figures of relays are from: the accounts asked, or Analytics Engine, which knows all and estimates.',
  ),
  accounts: z.object({
    asked: z.int(),
    not_reached: z.int(),
    are_all: say(z.boolean(), 'false: there are more than 100, and the others were not asked.'),
  }),
  since: unixSeconds(),
  running: z.int(),
  held_usd: usd(),
  in_doubt_usd: usd(),
  spent_today_usd: say(z.number(), 'US dollars, of what was admitted on this UTC day.'),
  relays: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      state: say(z.string(), '`ok`, `answered 401`, `not reached`; remembered for 30 s.'),
      suspended_accounts: say(z.int(), 'How many accounts do not ask it now.'),
      completed: z.int(),
      failed: z.int(),
      success_rate: say(z.nullable(z.number()), '0 to 1; null: nothing ended.'),
      p50_seconds: say(z.nullable(z.number()), 'From the first attempt to the link.'),
      p95_seconds: z.nullable(z.number()),
      failures: say(z.partialRecord(z.enum(failureCodes), z.int()), 'How many by code.'),
    }),
  ),
})
