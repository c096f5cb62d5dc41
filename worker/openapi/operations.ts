// What is said of every route: a row of the table without an entry here does not compile.

import type { Route } from '../http/routes.ts'
import type { Operation } from './operation.ts'
import { adminOperations } from './operations/admin.ts'
import { gatewayOperations } from './operations/gateway.ts'
import { operatorOperations } from './operations/operators.ts'
import { scheduleOperations } from './operations/schedules.ts'
import { videoOperations } from './operations/videos.ts'
import { webhookOperations } from './operations/webhooks.ts'

export const operations: Readonly<Record<Route, Operation>> = {
  ...videoOperations,
  ...gatewayOperations,
  ...webhookOperations,
  ...scheduleOperations,
  ...adminOperations,
  ...operatorOperations,
}
