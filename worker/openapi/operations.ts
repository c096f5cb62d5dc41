// Every operation of the API. A test holds this list against the routes themselves, in both
// directions.

import { adminOperations } from './operations/admin.ts'
import { gatewayOperations } from './operations/gateway.ts'
import type { Operation } from './operations/operation.ts'
import { scheduleOperations } from './operations/schedules.ts'
import { videoOperations } from './operations/videos.ts'
import { webhookOperations } from './operations/webhooks.ts'

export const operations: readonly Operation[] = [
  ...videoOperations,
  ...gatewayOperations,
  ...webhookOperations,
  ...scheduleOperations,
  ...adminOperations,
]
