// The operator’s routes about the gateway itself.

import * as answers from '../../http/answers.ts'
import { ok, under } from '../operation.ts'

export const operatorOperations = under('Gateway', {
  'GET /admin/audit': {
    summary: 'List what operators did',
    description:
      'Newest first; kept for 90 days, 10,000 at most. Noted before it was done. Exports are noted once an hour.',
    parameters: ['deed', 'account', 'limit', 'nextAfter'],
    answers: [ok('One page.', answers.AuditList)],
    errors: ['invalid_request'],
  },
})
