// OpenRouter's shape: 202 with a relative address to look at, links that need the key, the real cost
// in the answer, and the one list of models that tells lengths, sizes and prices.

import { progressForms, sayStage } from '../manner.ts'
import type { TaskKind, ToldTask } from '../taskKind.ts'

export const openrouter: TaskKind = {
  basePath: '/kinds/openrouter/api/v1',
  routes: [
    { method: 'POST', path: '/videos', does: 'create' },
    { method: 'GET', path: '/videos/models', does: 'video-models' },
    { method: 'GET', path: '/videos/{id}', does: 'look' },
    { method: 'GET', path: '/videos/{id}/content', does: 'content' },
    { method: 'GET', path: '/models', does: 'models' },
  ],
  models: ['google/veo-3.1', 'bytedance/seedance-2.0'],
  createStatus: 202,
  errors: 'openrouter',
  progress: 'none',
  link: 'content',
  toId: (job) => `job-${job.taskId.slice(5)}`,
  describeCreated: (told, id) =>
    id === undefined ? { status: 'pending' } : { ...describeJob(told), id },
  describe: describeJob,
  fieldOf: ({ manner }) => (manner.link === 'content' ? 'unsigned_urls.0' : 'urls.0'),
}

function describeJob({ id, job, basePath, manner, state, costUsd }: ToldTask) {
  const common = {
    id,
    generation_id: `gen-${job.taskId.slice(5)}`,
    polling_url: `${basePath}/videos/${id}`,
  }
  const usage = { cost: costUsd, is_byok: false }
  const progress = progressForms[manner.progress]
  switch (state.is) {
    case 'queued':
      return { ...common, status: sayStage(manner, 'queued', 'pending'), progress: progress(0) }
    case 'running': {
      const status = sayStage(manner, 'running', 'in_progress')
      return { ...common, status, progress: progress(state.percent) }
    }
    case 'done':
      return { ...common, status: sayStage(manner, 'done', 'completed'), usage }
    case 'empty':
      return { ...common, status: sayStage(manner, 'done', 'completed'), unsigned_urls: [], usage }
    case 'moderated': {
      const status = sayStage(manner, 'done', 'completed')
      return { ...common, status, error: `${state.code}: ${state.message}`, usage }
    }
    case 'failed': {
      const status = sayStage(manner, 'failed', state.word ?? 'failed')
      const error = [state.code, state.message].filter((part) => part !== '').join(': ')
      return { ...common, status, ...(error !== '' && { error }) }
    }
    case 'expired':
      return { ...common, status: sayStage(manner, 'expired', 'expired') }
  }
}

/** `GET /videos/models`. The names within `pricing_skus` are the vendors' own and differ. */
export function describeVideoModels(): object {
  const model = (id: string, durations: readonly number[], perSecond: string) => ({
    id,
    canonical_slug: id,
    name: id,
    created: 1_780_000_000,
    generate_audio: true,
    seed: true,
    supported_aspect_ratios: ['16:9', '9:16'],
    supported_durations: durations,
    supported_frame_images: ['first_frame', 'last_frame'],
    supported_resolutions: ['720p', '1080p'],
    supported_sizes: ['1280x720', '720x1280', '1920x1080', '1080x1920'],
    pricing_skus: { duration_seconds: perSecond },
    allowed_passthrough_parameters: [],
  })
  const data = [
    model('google/veo-3.1', [4, 6, 8], '0.4'),
    model('bytedance/seedance-2.0', [5, 10], '0.12'),
  ]
  return { data }
}
