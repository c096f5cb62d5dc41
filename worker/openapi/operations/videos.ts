// Videos, made by OpenAI’s Videos API or by chat.

import {
  chatRequestSchema,
  remixRequestSchema,
  videoRequestSchema,
} from '../../../shared/request/schema.ts'
import * as answers from '../answers/videos.ts'
import { deleted } from '../answers/parts.ts'
import type { Operation } from './operation.ts'
import { admission, boat, ok, sample } from './operation.ts'

const unsupported = {
  tag: 'Videos',
  access: 'generate',
  answers: [],
  errors: ['not_supported'],
} as const

export const videoOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/chat/completions',
    summary: 'Generate a video by chat',
    description:
      'The relay’s own endpoint, normalised. With `stream: true` progress arrives as `delta.reasoning_content`, the video as a Markdown link in `delta.content`, a failure as one `data: {"error": …}`; every chunk carries `video`. A POST with the Last-Event-ID of an earlier stream reads on and never generates.',
    tag: 'Chat',
    access: 'generate',
    parameters: ['idempotency', 'cache', 'prefer', 'chatEvent'],
    body: {
      schema: chatRequestSchema,
      example: { model: 'sora-2', stream: true, messages: [{ role: 'user', content: boat }] },
    },
    answers: [
      {
        status: 200,
        description: 'The completion, or a stream of chunks that ends with [DONE].',
        schema: answers.chatCompletion,
        events: answers.chatChunk,
      },
      { status: 202, description: 'With Prefer: respond-async.', schema: answers.video },
    ],
    errors: [...admission, 'not_found', 'event_mismatch'],
  },
  {
    method: 'post',
    path: '/v1/videos',
    summary: 'Generate a video',
    description:
      'OpenAI’s Videos API. An identical request that runs is joined and one that completed is answered from the cache; Cache-Status says which.',
    tag: 'Videos',
    access: 'generate',
    parameters: ['idempotency', 'cache', 'prefer'],
    body: { schema: videoRequestSchema, example: sample, form: true },
    answers: [ok('The video, which may still run.', answers.video)],
    errors: admission,
  },
  {
    method: 'get',
    path: '/v1/videos',
    summary: 'List videos',
    tag: 'Videos',
    access: 'read',
    parameters: ['limit', 'order', 'after'],
    answers: [ok('One page.', answers.videoList)],
    errors: ['invalid_request'],
  },
  {
    method: 'post',
    path: '/v1/videos/edits',
    summary: 'Edit: not offered by any relay yet',
    ...unsupported,
  },
  {
    method: 'post',
    path: '/v1/videos/extensions',
    summary: 'Extend: not offered by any relay yet',
    ...unsupported,
  },
  {
    method: 'post',
    path: '/v1/videos/characters',
    summary: 'Create a character: not offered yet',
    ...unsupported,
  },
  {
    method: 'get',
    path: '/v1/videos/characters/{id}',
    summary: 'Read a character: not offered yet',
    ...unsupported,
    access: 'read',
    parameters: ['id'],
  },
  {
    method: 'get',
    path: '/v1/videos/{id}',
    summary: 'Read a video',
    tag: 'Videos',
    access: 'read',
    parameters: ['id'],
    answers: [ok('The video, with a fresh link when completed.', answers.video)],
    errors: ['not_found', 'video_expired'],
  },
  {
    method: 'delete',
    path: '/v1/videos/{id}',
    summary: 'Delete a video that has ended',
    tag: 'Videos',
    access: 'manage',
    parameters: ['id'],
    answers: [ok('Deleted; its links end now.', deleted)],
    errors: ['not_found', 'video_expired', 'not_terminal'],
  },
  {
    method: 'post',
    path: '/v1/videos/{id}/remix',
    summary: 'Generate a changed version',
    tag: 'Videos',
    access: 'generate',
    parameters: ['id', 'idempotency', 'cache', 'prefer'],
    body: { schema: remixRequestSchema, example: { prompt: 'The same street at night' } },
    answers: [ok('The new video.', answers.video)],
    errors: [...admission, 'not_found', 'not_remixable', 'not_supported'],
  },
  {
    method: 'post',
    path: '/v1/videos/{id}/cancel',
    summary: 'End a running generation for every reader',
    description: 'A link that was seen already is archived instead. Repeating it is harmless.',
    tag: 'Videos',
    access: 'manage',
    parameters: ['id'],
    answers: [ok('The video as it stands.', answers.video)],
    errors: ['not_found', 'video_expired'],
  },
  {
    method: 'post',
    path: '/v1/videos/{id}/archive',
    summary: 'Try a failed download or store again, unpaid',
    tag: 'Videos',
    access: 'generate',
    parameters: ['id'],
    answers: [ok('The video as it stands.', answers.video)],
    errors: ['not_found', 'video_expired', 'not_archivable'],
  },
  {
    method: 'get',
    path: '/v1/videos/{id}/events',
    summary: 'Follow a video',
    description:
      'Server-sent events from any offset; the last one is completed or failed, then the stream closes. Readers ignore types they do not know. A comment keeps silence alive every 15 s.',
    tag: 'Videos',
    access: 'read',
    parameters: ['id', 'afterOffset', 'lastEvent'],
    answers: [{ status: 200, description: 'The events.', events: answers.videoEvent }],
    errors: ['invalid_request', 'not_found', 'video_expired'],
  },
  {
    method: 'get',
    path: '/v1/videos/{id}/content',
    summary: 'Download the video',
    description: 'GET and HEAD, with Range and conditions as in RFC 9110.',
    tag: 'Videos',
    access: 'link',
    parameters: ['id', 'variant', 'range'],
    answers: [
      {
        status: 200,
        description: 'The whole file, or its thumbnail.',
        bytes: ['video/mp4', 'image/*'],
      },
      { status: 206, description: 'The part that was asked for.', bytes: ['video/mp4'] },
    ],
    errors: ['insufficient_scope', 'not_found', 'video_expired', 'not_terminal'],
  },
]
