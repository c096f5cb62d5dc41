// Schedules, endpoints and deliveries as the gateway answers, by the schemas it answers with.

import type { FromSchema } from '../../../shared/wire/schema.ts'
import type * as answers from '../../http/answers.ts'

export type Schedule = FromSchema<typeof answers.Schedule>
export type Endpoint = FromSchema<typeof answers.WebhookEndpoint>
export type EndpointWithSecret = FromSchema<typeof answers.WebhookEndpointWithSecret>
export type EndpointTest = FromSchema<typeof answers.WebhookTest>
export type Delivery = FromSchema<typeof answers.WebhookDelivery>
