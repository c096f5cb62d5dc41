import { expect, test } from 'vitest'
import { readTaskStatus } from '../../../shared/relay/tasks.ts'

const url = 'https://cdn.example/v.mp4'
const better = 'https://cdn.example/up.mp4'

test.each([
  [{ status: 'pending', running: true, video_url: null }, { state: 'running' }],
  [{ status: 'video_generating', running: true }, { state: 'running' }],
  [{ status: 'video_upsampling', running: true, video_url: url }, { state: 'running' }],
  [
    { status: 'completed', running: false, video_url: url },
    { state: 'completed', url },
  ],
  [
    { status: 'completed', running: false, video_url: url, upsample_video_url: better },
    { state: 'completed', url: better },
  ],
  [{ status: 'completed', running: false, video_url: 'javascript:x' }, { state: 'running' }],
  [
    { status: 'failed', running: false, error_message: 'no' },
    { state: 'failed', message: 'no' },
  ],
  [{ content: { status: 'processing', progress: 40 } }, { state: 'running' }],
  [
    { content: { status: 'completed', url, gif_url: 'https://x.example/a.gif' } },
    { state: 'completed', url },
  ],
  [
    { content: { status: 'completed', url, draft_info: { downloadable_url: better } } },
    { state: 'completed', url: better },
  ],
  [{}, { state: 'running' }],
  [[], { state: 'running' }],
])('the state page %j says %j', (document, expected) => {
  expect(readTaskStatus(JSON.stringify(document))).toEqual(expected)
})

test.each(['', '<html>', '{"status":"completed"', 'null'])('%j says nothing yet', (body) => {
  expect(readTaskStatus(body)).toEqual({ state: 'running' })
})
