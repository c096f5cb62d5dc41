// The gateway itself: is it alive, what does it offer, what was spent.

import * as answers from '../../http/answers.ts'
import { answer, boat, ok, under } from '../operation.ts'
import * as requests from '../requests.ts'

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
  ...under('Agents', {
    'POST /mcp': {
      summary: 'Call the gateway from an agent (MCP)',
      description:
        'Model Context Protocol over streamable HTTP, without sessions: revision 2026-07-28, and the handshake of 2025-03-26 to 2025-11-25. Tools: generate_video, get_video, list_videos, cancel_video, list_models. With a progress token the answer is a stream.',
      body: {
        schema: requests.McpRequest,
        example: {
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          params: { name: 'generate_video', arguments: { prompt: boat } },
        },
      },
      answers: [
        {
          status: 200,
          description: 'What the method answers; a faulty message is 400, an unknown method 404.',
          schema: answers.McpAnswer,
          events: answers.McpAnswer,
        },
        { status: 202, description: 'A notification was taken note of.' },
      ],
      errors: ['origin_not_allowed'],
      failure: answers.McpAnswer,
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
