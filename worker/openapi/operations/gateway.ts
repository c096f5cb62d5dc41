// The gateway itself: is it alive, what does it offer, what was spent.

import * as answers from '../../http/answers.ts'
import { answer, ok, under } from '../operation.ts'

export const gatewayOperations = {
  ...under('Gateway', {
    'GET /health': {
      summary: 'Is the gateway alive?',
      parameters: ['deep'],
      answers: [
        ok('Alive.', answers.Health),
        answer(503, 'With deep=1: the relay does not answer.', answers.Health),
      ],
    },
    'GET /.well-known/security.txt': {
      summary: 'Whom to tell of a security problem',
      description: 'RFC 9116; 404 where the operator has named nobody (`SECURITY_CONTACT`).',
      answers: [{ status: 200, description: 'The contact.', bytes: ['text/plain'] }],
      errors: ['not_found'],
    },
  }),
  ...under('Models', {
    'GET /v1/models': {
      summary: 'List the configured models',
      answers: [ok('The models, the default first.', answers.ModelList)],
    },
    'GET /v1/models/:id': {
      summary: 'Read one model',
      answers: [ok('The model.', answers.Model)],
      errors: ['model_not_found'],
    },
  }),
  ...under('Account', {
    'GET /v1/usage': {
      summary: 'What this key has spent and may spend',
      parameters: ['days'],
      answers: [ok('Usage.', answers.Usage)],
      errors: ['invalid_request'],
    },
  }),
}
