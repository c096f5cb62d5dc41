// The operator’s routes: keys, and the books.

import { keyChangeSchema, newKeySchema, rotationSchema } from '../../http/routes/adminKeys.ts'
import { settlementSchema } from '../../http/routes/adminVideos.ts'
import * as answers from '../answers/admin.ts'
import type { Operation } from './operation.ts'
import { ok } from './operation.ts'

export const adminOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/admin/keys',
    summary: 'Create a key',
    description:
      'Without `account` it opens a new one. Keys of one account share videos and cache.',
    tag: 'Gateway',
    access: 'admin',
    body: { schema: newKeySchema, example: { name: 'Web shop', budget_usd: 20, concurrency: 4 } },
    answers: [{ status: 201, description: 'The key.', schema: answers.createdApiKey }],
    errors: ['try_again'],
  },
  {
    method: 'get',
    path: '/admin/keys',
    summary: 'List keys',
    tag: 'Gateway',
    access: 'admin',
    parameters: ['account', 'nextAfter'],
    answers: [ok('The keys, without themselves.', answers.apiKeyList)],
  },
  {
    method: 'patch',
    path: '/admin/keys/{id}',
    summary: 'Change a key’s limits',
    tag: 'Gateway',
    access: 'admin',
    parameters: ['id'],
    body: { schema: keyChangeSchema, example: { budget_usd: 50 } },
    answers: [ok('The key.', answers.apiKey)],
    errors: ['not_found'],
  },
  {
    method: 'delete',
    path: '/admin/keys/{id}',
    summary: 'Revoke a key',
    tag: 'Gateway',
    access: 'admin',
    parameters: ['id'],
    answers: [ok('Revoked.', answers.revokedApiKey)],
    errors: ['not_found'],
  },
  {
    method: 'post',
    path: '/admin/keys/{id}/rotate',
    summary: 'Give a key a new secret',
    description: 'The old one goes on working for a while: a day, unless it is told otherwise.',
    tag: 'Gateway',
    access: 'admin',
    parameters: ['id'],
    body: { schema: rotationSchema, example: { overlap_seconds: 3600 } },
    answers: [ok('The key, with its new secret.', answers.rotatedApiKey)],
    errors: ['not_found'],
  },
  {
    method: 'get',
    path: '/admin/videos',
    summary: 'List what failed or is in doubt',
    description: 'Of all accounts: ids, codes and money, never what was asked for.',
    tag: 'Gateway',
    access: 'admin',
    parameters: ['status', 'charge', 'account', 'limit', 'nextAfter'],
    answers: [ok('One page.', answers.adminVideoList)],
    errors: ['invalid_request'],
  },
  {
    method: 'post',
    path: '/admin/videos/{id}/settle',
    summary: 'Say what the relay really billed',
    tag: 'Gateway',
    access: 'admin',
    parameters: ['id'],
    body: { schema: settlementSchema, example: { charged: false } },
    answers: [ok('The books after it.', answers.adminVideo)],
    errors: ['not_found', 'not_terminal', 'not_settleable'],
  },
]
