// What the gateway says about itself and about a key.

import * as z from 'zod/v4-mini'
import { say, usd } from './parts.ts'

export const model = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
  seconds: say(z.array(z.string()), 'Lengths it offers, the default first.'),
  sizes: say(z.array(z.string()), 'WIDTHxHEIGHT, the default first.'),
  price_usd: say(
    z.union([z.number(), z.record(z.string(), z.number())]),
    'US dollars for one video, or by seconds.',
  ),
  remix: z.enum(['history', 'target_id', 'off']),
})

export const modelList = z.object({ object: z.literal('list'), data: z.array(model) })

export const health = z.object({
  status: z.enum(['ok', 'degraded']),
  simulated_relay: say(z.boolean(), 'Nothing is paid and videos are test patterns.'),
  relay: say(z.optional(z.string()), 'Only with deep=1: ok, or what was seen.'),
})

export const keyUsage = z.object({
  object: z.literal('usage'),
  key: z.object({
    id: z.string(),
    name: z.string(),
    spent_usd: usd(),
    held_usd: say(z.number(), 'US dollars reserved for what runs or is in doubt.'),
    limits: z.object({
      budget_usd: z.nullable(z.number()),
      rpm: z.nullable(z.int()),
      concurrency: z.nullable(z.int()),
    }),
  }),
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
