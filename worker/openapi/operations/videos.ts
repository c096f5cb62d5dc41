// Videos, made by OpenAI’s Videos API or by chat.

import * as answers from '../../http/answers.ts'
import { admission, answer, boat, ok, sample, under } from '../operation.ts'
import * as requests from '../requests.ts'

const content = {
  parameters: ['variant', 'download', 'range'],
  answers: [
    {
      status: 200,
      description: 'The whole file, or its thumbnail.',
      bytes: ['video/mp4', 'image/*'],
    },
    { status: 206, description: 'The part that was asked for.', bytes: ['video/mp4'] },
  ],
  errors: ['insufficient_scope', 'invalid_request', 'not_found', 'video_expired', 'not_terminal'],
} as const

const unsupported = (summary: string) =>
  ({ summary, answers: [], errors: ['not_supported'], isHidden: true }) as const

const atItsRelay =
  'Only the relay that made the video is asked, and only where its kind offers this; else 501.'
const derivation = [
  ...admission,
  'not_found',
  'video_expired',
  'not_remixable',
  'not_supported',
] as const
const someVideo = 'video_7WkWnzbjtcc6dcH8hPoxOcKRPLbPes'

export const videoOperations = {
  ...under('Chat', {
    'POST /v1/chat/completions': {
      summary: 'Generate a video by chat',
      description:
        'The relay’s own endpoint, normalised. With `stream: true` progress arrives as `delta.reasoning_content`, the video as a Markdown link in `delta.content`, a failure as one `data: {"error": …}`; every chunk carries `video`. With `stream: false` nothing is sent before the end, and what is on the way may cut a silent connection; the same request joins the generation, which goes on. A POST with the Last-Event-ID of an earlier stream reads on and never generates.',
      parameters: ['idempotency', 'cache', 'prefer', 'chatEvent'],
      body: {
        schema: requests.ChatRequest,
        example: { model: 'sora-2', stream: true, messages: [{ role: 'user', content: boat }] },
      },
      answers: [
        {
          status: 200,
          description: 'The completion, or a stream of chunks that ends with [DONE].',
          schema: answers.ChatCompletion,
          events: answers.ChatChunk,
        },
        answer(202, 'With Prefer: respond-async.', answers.Video),
      ],
      errors: [...admission, 'not_found', 'event_mismatch'],
      failure: answers.ChatFailure,
    },
    'POST /v1/responses': unsupported('Responses: not offered, and says what to use instead'),
  }),
  ...under('Videos', {
    'POST /v1/videos': {
      summary: 'Generate a video',
      description:
        'OpenAI’s Videos API. An identical request that runs is joined and one that completed is answered from the cache; Cache-Status says which.',
      parameters: ['idempotency', 'cache', 'prefer'],
      body: { schema: requests.VideoRequest, example: sample, form: true },
      answers: [ok('The video, which may still run.', answers.Video)],
      errors: admission,
    },
    'GET /v1/videos': {
      summary: 'List videos',
      description:
        'A filtered page looks at 1,000 videos at most, so it may be empty: go on after `last_id` while `has_more` is true.',
      parameters: [
        'limit',
        'order',
        'after',
        'ofStatus',
        'ofModel',
        'search',
        'createdAfter',
        'createdBefore',
      ],
      answers: [ok('One page.', answers.VideoList)],
      errors: ['invalid_request'],
    },
    'POST /v1/videos/edits': {
      summary: 'Edit a finished video',
      description: atItsRelay,
      parameters: ['idempotency', 'cache', 'prefer'],
      body: {
        schema: requests.EditRequest,
        example: { prompt: 'The same boat in snow', video: { id: someVideo } },
        form: true,
      },
      answers: [ok('The new video.', answers.Video)],
      errors: derivation,
    },
    'POST /v1/videos/extensions': {
      summary: 'Make a finished video longer',
      description: atItsRelay,
      parameters: ['idempotency', 'cache', 'prefer'],
      body: {
        schema: requests.ExtensionRequest,
        example: { prompt: 'The boat sinks', video: { id: someVideo }, seconds: '4' },
        form: true,
      },
      answers: [ok('The new video, as long as both together.', answers.Video)],
      errors: derivation,
    },
    'POST /v1/videos/characters': unsupported('Create a character: offered by no relay'),
    'GET /v1/videos/characters/:id': unsupported('Read a character: offered by no relay'),
    'GET /v1/videos/:id': {
      summary: 'Read a video',
      answers: [ok('The video, with a fresh link when completed.', answers.Video)],
      errors: ['not_found', 'video_expired'],
    },
    'DELETE /v1/videos/:id': {
      summary: 'Delete a video that has ended',
      answers: [ok('Deleted; its links end now.', answers.Deleted)],
      errors: ['not_found', 'video_expired', 'not_terminal'],
    },
    'POST /v1/videos/:id/remix': {
      summary: 'Generate a changed version',
      parameters: ['idempotency', 'cache', 'prefer'],
      body: { schema: requests.RemixRequest, example: { prompt: 'The same street at night' } },
      answers: [ok('The new video.', answers.Video)],
      errors: derivation,
    },
    'POST /v1/videos/:id/cancel': {
      summary: 'End a running generation for every reader',
      description: 'A link that was seen already is archived instead. Repeating it is harmless.',
      answers: [ok('The video as it stands.', answers.Video)],
      errors: ['not_found', 'video_expired'],
    },
    'POST /v1/videos/:id/archive': {
      summary: 'Try a failed download or store again, unpaid',
      answers: [ok('The video as it stands.', answers.Video)],
      errors: ['not_found', 'video_expired', 'not_archivable'],
    },
    'GET /v1/videos/:id/events': {
      summary: 'Follow a video',
      description:
        'Server-sent events from any offset; the last one is completed or failed, then the stream closes. Readers ignore types they do not know. A comment keeps silence alive every 15 s. By the signed link in `events_url` no key is needed, from a page of any origin; the video is then shown without its prompt and metadata.',
      parameters: ['afterOffset', 'lastEvent'],
      answers: [
        { status: 200, description: 'The events.', events: answers.VideoEvent },
        { status: 204, description: 'The log is closed, and nothing is after that offset.' },
      ],
      errors: ['insufficient_scope', 'invalid_request', 'not_found', 'video_expired'],
    },
    'GET /v1/videos/:id/content': {
      summary: 'Download the video',
      description: 'GET and HEAD, with Range and conditions as in RFC 9110.',
      ...content,
    },
    'GET /v1/videos/:id/content/:name': {
      summary: 'Download the video, under a path that ends in a file name',
      description:
        'The same bytes for the same link, for players that look at the end of an address.',
      ...content,
    },
  }),
}
