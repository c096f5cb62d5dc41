// The operator’s routes: keys, videos and money.

import { rotationSchema } from '../../http/routes/adminKeys.ts'
import { settlementSchema } from '../../http/routes/adminVideos.ts'
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
})
