// The gateway itself: is it alive, what does it offer, what was spent.

import * as answers from '../answers/gateway.ts'
import type { Operation } from './operation.ts'
import { ok } from './operation.ts'

export const gatewayOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/health',
    summary: 'Is the gateway alive?',
    tag: 'Gateway',
    access: 'anyone',
    parameters: ['deep'],
    answers: [
      ok('Alive.', answers.health),
      {
        status: 503,
        description: 'With deep=1: the relay does not answer.',
        schema: answers.health,
      },
    ],
  },
  {
    method: 'get',
    path: '/v1/models',
    summary: 'List the configured models',
    tag: 'Models',
    access: 'read',
    answers: [ok('The models, the default first.', answers.modelList)],
  },
  {
    method: 'get',
    path: '/v1/models/{id}',
    summary: 'Read one model',
    tag: 'Models',
    access: 'read',
    parameters: ['id'],
    answers: [ok('The model.', answers.model)],
    errors: ['model_not_found'],
  },
  {
    method: 'get',
    path: '/v1/usage',
    summary: 'What this key has spent and may spend',
    tag: 'Account',
    access: 'read',
    parameters: ['days'],
    answers: [ok('Usage.', answers.keyUsage)],
    errors: ['invalid_request'],
  },
]
