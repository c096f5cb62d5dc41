// OpenAI's Videos API as relays speak it: the video is read from `/content` with the key; some name a
// link besides. DELETE also ends a task that still runs (vLLM-Omni).

import { progressForms, sayStage } from '../manner.ts'
import type { TaskKind, ToldTask } from '../taskKind.ts'

const DAY = 86_400

export const videos: TaskKind = {
  basePath: '/kinds/videos/v1',
  routes: [
    { method: 'POST', path: '/videos', does: 'create' },
    { method: 'GET', path: '/videos/{id}', does: 'look' },
    { method: 'GET', path: '/videos/{id}/content', does: 'content' },
    { method: 'DELETE', path: '/videos/{id}', does: 'cancel' },
    { method: 'POST', path: '/videos/{id}/remix', does: 'derive' },
    { method: 'POST', path: '/videos/edits', does: 'derive' },
    { method: 'POST', path: '/videos/extensions', does: 'derive' },
    { method: 'GET', path: '/models', does: 'models' },
  ],
  models: ['sora-2', 'sora-2-pro', 'veo-3.1', 'wan2.7-t2v'],
  createStatus: 200,
  errors: 'openai',
  progress: 'number',
  link: 'none',
  toId: (job) => `video_${job.taskId.slice(5)}`,
  describeCreated: (told, id) => ({ ...describeVideo(told), id }),
  describe: describeVideo,
  fieldOf: () => 'video_url',
}

/** The OpenAI-like object that new-api answers a create with, too. */
export function describeVideo({ id, job, manner, state }: ToldTask) {
  const progress = progressForms[manner.progress]
  const common = {
    id,
    object: 'video',
    model: job.model,
    created_at: job.createdAt,
    seconds: String(job.seconds),
    size: job.orientation === 'portrait' ? '720x1280' : '1280x720',
    error: null,
  }
  const over = { ...common, completed_at: job.createdAt + 60, expires_at: job.createdAt + DAY }
  switch (state.is) {
    case 'queued':
      return { ...common, status: sayStage(manner, 'queued', 'queued'), progress: progress(0) }
    case 'running': {
      const status = sayStage(manner, 'running', 'in_progress')
      return { ...common, status, progress: progress(state.percent) }
    }
    case 'done':
    case 'empty':
    case 'moderated': {
      const status = sayStage(manner, 'done', 'completed')
      const error = state.is === 'moderated' ? { code: state.code, message: state.message } : null
      return { ...over, status, progress: progress(100), error }
    }
    case 'failed': {
      const status = sayStage(manner, 'failed', state.word ?? 'failed')
      const { code, message } = state
      return { ...common, status, error: message === '' ? null : { code, message } }
    }
    case 'expired':
      return { ...common, status: sayStage(manner, 'expired', 'expired') }
  }
}
