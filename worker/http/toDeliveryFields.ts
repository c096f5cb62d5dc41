// What tenant and operator are both told of a delivery: how often it was tried, and what came of it.

import type { FromSchema } from '../../shared/wire/schema.ts'
import type { DeliveryRow } from '../account/deliveries.ts'
import type { WebhookDelivery } from './answers.ts'
import { toUnixSeconds } from './unixSeconds.ts'

type Told = Omit<DeliveryRow, 'number' | 'url' | 'receiver' | 'secret' | 'body'>

export function toDeliveryFields(row: Told): Omit<FromSchema<typeof WebhookDelivery>, 'object'> {
  return {
    id: row.id,
    webhook_endpoint_id: row.endpointId,
    event_type: row.type,
    state: row.state,
    attempts: row.attempts,
    status_code: row.status,
    problem: row.problem,
    next_attempt_at: row.state === 'pending' ? toUnixSeconds(row.nextAt) : null,
    created_at: toUnixSeconds(row.createdAt),
    ended_at: toUnixSeconds(row.endedAt),
  }
}
