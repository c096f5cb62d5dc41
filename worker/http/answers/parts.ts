// What several answers are made of.

import * as z from 'zod/v4-mini'
import { say } from '../../../shared/wire/schema.ts'
import { budgetPeriods } from '../../account/spending.ts'

export const unixSeconds = () => say(z.int(), 'Unix seconds.')

export const maybeSeconds = (what = '') => say(z.nullable(z.int()), `Unix seconds${what}.`)

export const usd = () => say(z.number(), 'US dollars.')

/** What a budget is for, and what of it is used. */
export const periodFields = {
  period_spent_usd: say(z.number(), 'US dollars spent in the period of the budget.'),
  period_held_usd: say(z.number(), 'US dollars held in it.'),
  period_ends_at: maybeSeconds(' when it begins anew; null: never'),
}

export const budgetPeriod = () => say(z.enum(budgetPeriods), 'By the UTC calendar.')

/** Of all keys of an account together. */
export const accountMoney = {
  budget_usd: z.nullable(z.number()),
  budget_period: budgetPeriod(),
  spent_usd: usd(),
  held_usd: usd(),
  ...periodFields,
}

const next = () => say(z.nullable(z.string()), 'The `after` of the next page.')

/** One page, with the cursors of the next. */
export const page = <Entry extends z.ZodMiniType>(entry: Entry) =>
  z.object({
    object: z.literal('list'),
    data: z.array(entry),
    first_id: z.nullable(z.string()),
    last_id: next(),
    has_more: z.boolean(),
  })

/** The same of an operator's list, whose cursor is no id. */
export const adminPage = <Entry extends z.ZodMiniType>(entry: Entry) =>
  z.object({
    object: z.literal('list'),
    data: z.array(entry),
    has_more: z.boolean(),
    next_after: next(),
  })

/** What tenant and operator are both told of a delivery. */
export const deliveryFields = {
  id: say(z.string(), 'The webhook-id header, the same in every attempt.'),
  webhook_endpoint_id: say(z.nullable(z.string()), 'null for a request’s webhook or a callback.'),
  event_type: z.string(),
  state: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.int(),
  status_code: z.nullable(z.int()),
  problem: z.nullable(z.string()),
  next_attempt_at: maybeSeconds(', while it is pending'),
  created_at: unixSeconds(),
  ended_at: maybeSeconds(', once it is not'),
}
