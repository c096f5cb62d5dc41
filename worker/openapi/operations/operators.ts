// The operator’s routes about the gateway itself.

import * as answers from '../../http/answers.ts'
import { accountChangeSchema, erasureSchema } from '../../http/routes/adminAccounts.ts'
import { answer, ok, under } from '../operation.ts'

export const operatorOperations = under('Gateway', {
  'GET /admin/accounts/:id': {
    summary:
      'How much there is of an account and what it may spend, or what is left of an erased one',
    answers: [ok('The account.', answers.AdminAccount)],
    errors: ['not_found'],
  },
  'PATCH /admin/accounts/:id': {
    summary: 'Change what all keys of an account together may spend',
    description:
      'Holds also where each key’s own budget would allow more. A period is the UTC day or month of the admission.',
    body: { schema: accountChangeSchema, example: { budget_usd: 100, budget_period: 'month' } },
    answers: [ok('The account.', answers.AdminAccount)],
    errors: ['not_found'],
  },
  'DELETE /admin/accounts/:id': {
    summary: 'Erase an account',
    description:
      'Revokes its keys at once, ends and deletes its videos, schedules, webhooks and messages, then its books. It goes on by itself; the same request, or GET, says how far it is.',
    body: { schema: erasureSchema, example: { confirm: 'acme' } },
    answers: [
      ok('It is gone.', answers.AdminAccount),
      answer(202, 'It is going.', answers.AdminAccount),
    ],
    errors: ['not_found'],
  },
  'GET /admin/overview': {
    summary: 'How the gateway does, and how each relay did in 24 hours',
    description:
      'From the accounts that were used last, at most 100, and of each the 500 latest generations that ended; `accounts` says whether those are all. The figures of relays from Analytics Engine, where it can be asked; `source` says which.',
    answers: [ok('The overview.', answers.AdminOverview)],
  },
  'GET /admin/audit': {
    summary: 'List what operators did',
    description:
      'Newest first; kept for 90 days, 10,000 at most. Noted before it was done. Exports are noted once an hour.',
    parameters: ['deed', 'account', 'limit', 'nextAfter'],
    answers: [ok('One page.', answers.AuditList)],
    errors: ['invalid_request'],
  },
})
