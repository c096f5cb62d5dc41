// The operator’s routes: keys, videos and money.

import { rotationSchema } from '../../http/routes/adminKeys.ts'
import { settlementSchema } from '../../http/routes/adminVideos.ts'
import { restoreSchema } from '../../http/routes/adminRecovery.ts'
import * as answers from '../../http/answers.ts'
import { answer, ok, under } from '../operation.ts'
import * as requests from '../requests.ts'

export const adminOperations = under('Gateway', {
  'POST /admin/keys': {
    summary: 'Create a key',
    description:
      'Without `account` it opens a new one. Keys of one account share videos and cache. `location_hint` says in which region of Cloudflare a new account is to live; it is a wish, and refused for an account that exists.',
    body: {
      schema: requests.NewApiKey,
      example: { name: 'Web shop', budget_usd: 20, concurrency: 4 },
    },
    answers: [answer(201, 'The key.', answers.CreatedApiKey)],
    errors: ['try_again'],
  },
  'GET /admin/keys': {
    summary: 'List keys',
    parameters: ['account', 'nextAfter'],
    answers: [ok('The keys, without themselves.', answers.ApiKeyList)],
  },
  'PATCH /admin/keys/:id': {
    summary: 'Change a key’s limits',
    body: { schema: requests.ApiKeyChange, example: { budget_usd: 50 } },
    answers: [ok('The key.', answers.ApiKey)],
  },
  'DELETE /admin/keys/:id': {
    summary: 'Revoke a key',
    answers: [ok('Revoked.', answers.RevokedApiKey)],
  },
  'POST /admin/keys/:id/rotate': {
    summary: 'Give a key a new secret',
    description: 'The old one goes on working for a while: a day, unless it is told otherwise.',
    body: { schema: rotationSchema, example: { overlap_seconds: 3600 } },
    answers: [ok('The key, with its new secret.', answers.RotatedApiKey)],
  },
  'GET /admin/videos': {
    summary: 'List what failed or is in doubt',
    description:
      'Of all accounts, or what runs: why, each attempt, the relay’s last words and the money; never what was asked for.',
    parameters: ['status', 'charge', 'account', 'limit', 'nextAfter'],
    answers: [ok('One page.', answers.AdminVideoList)],
    errors: ['invalid_request'],
  },
  'GET /admin/videos/:id': {
    summary: 'Look into one video',
    answers: [ok('The video, as the list shows it.', answers.AdminVideo)],
    errors: ['not_found'],
  },
  'POST /admin/videos/:id/settle': {
    summary: 'Say what the relay really billed',
    body: { schema: settlementSchema, example: { charged: false } },
    answers: [ok('The video with its charge.', answers.AdminVideo)],
    errors: ['not_found', 'not_terminal', 'not_settleable'],
  },
  'POST /admin/videos/:id/cancel': {
    summary: 'End a running generation, whosever it is',
    description: 'By the rules of the tenant’s own cancel; one that has ended stays as it is.',
    answers: [ok('The video.', answers.AdminVideo)],
  },
  'POST /admin/videos/:id/wake': {
    summary: 'Make a video do what is due',
    description:
      'Sets its alarm anew, tells its account how it ended, and asks the relay of a doubtful job how that went on. With `account` also one that only its account still knows: it ends as failed, its outcome unknown.',
    parameters: ['account'],
    answers: [ok('The video.', answers.AdminVideo)],
    errors: ['not_found', 'not_wakeable'],
  },
  'POST /admin/videos/:id/archive': {
    summary: 'Try a failed download or store again, unpaid, whosever it is',
    answers: [ok('The video.', answers.AdminVideo)],
    errors: ['not_found', 'not_archivable'],
  },
  'POST /admin/videos/:id/replay': {
    summary: 'Tell everybody again how a video ended',
    description:
      'The deliveries to endpoints, requests’ webhooks and callbacks, under the same event ids.',
    answers: [ok('The deliveries, pending again.', answers.AdminDeliveryList)],
    errors: ['not_found', 'not_terminal', 'not_replayable'],
  },
  'GET /admin/deliveries': {
    summary: 'List webhooks that were not delivered',
    description: 'Of all accounts: endpoints’, requests’ and callbacks’.',
    parameters: ['undelivered', 'account', 'limit', 'nextAfter'],
    answers: [ok('One page.', answers.AdminDeliveryList)],
    errors: ['invalid_request'],
  },
  'GET /admin/health': {
    summary: 'Does what should happen by itself happen?',
    parameters: ['nextAfter'],
    answers: [ok('How it stands, of a page of accounts.', answers.AdminHealth)],
  },
  'GET /admin/export': {
    summary: 'Back up keys, endpoints, books and schedules as NDJSON',
    description:
      'Without secrets, and without prompts but those of schedules. Whole when its last line is `end`.',
    parameters: ['what', 'account'],
    answers: [{ status: 200, description: 'Lines of JSON.', lines: answers.ExportLine }],
    errors: ['invalid_request'],
  },
  'POST /admin/accounts/:id/restore': {
    summary: 'Take an account back to an earlier time',
    description:
      'What it admitted since is forgotten, so for 24 hours it starts nothing new without `accept_possible_charge`.',
    body: { schema: restoreSchema, example: { at: 1795406257 } },
    answers: [ok('Restored.', answers.AdminRestore)],
    errors: ['not_found', 'not_restorable'],
  },
})
