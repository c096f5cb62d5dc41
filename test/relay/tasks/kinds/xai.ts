// xAI's shape: `request_id`, then `pending` until `done`, with the length, a moderation flag and the
// real cost beside a link of the vendor's. grok2api, sub2api and CLIProxyAPI speak it, too.

import { progressForms, sayStage } from '../manner.ts'
import type { TaskKind, ToldTask } from '../taskKind.ts'

const TICKS_PER_USD = 1e10

export const xai: TaskKind = {
  basePath: '/kinds/xai/v1',
  routes: [
    { method: 'POST', path: '/videos/generations', does: 'create' },
    { method: 'POST', path: '/videos/edits', does: 'derive' },
    { method: 'POST', path: '/videos/extensions', does: 'derive' },
    { method: 'GET', path: '/videos/{id}', does: 'look' },
    // Not xAI's own: proxies that keep the file themselves send it from here.
    { method: 'GET', path: '/videos/{id}/content', does: 'content' },
    { method: 'GET', path: '/models', does: 'models' },
  ],
  models: ['grok-imagine-video', 'grok-imagine-video-1.5'],
  createStatus: 200,
  errors: 'xai',
  progress: 'number',
  link: 'vendor',
  toId: ({ taskId }) => {
    const part = (from: number, to: number) => taskId.slice(5 + from, 5 + to)
    return `${part(0, 8)}-${part(8, 12)}-${part(12, 16)}-${part(16, 20)}-${part(20, 26)}`
  },
  describeCreated: (_told, id) => ({ request_id: id }),
  describe: describeRequest,
  fieldOf: () => 'video.url',
}

function describeRequest({ job, manner, state, costUsd, link }: ToldTask) {
  const progress = progressForms[manner.progress]
  const { model } = job
  const done = (video: object) => ({
    status: sayStage(manner, 'done', 'done'),
    model,
    progress: progress(100),
    video: { ...video, duration: job.seconds },
    usage: { cost_in_usd_ticks: Math.round(costUsd * TICKS_PER_USD) },
  })
  switch (state.is) {
    case 'queued':
      return { status: sayStage(manner, 'queued', 'pending'), model, progress: progress(0) }
    case 'running': {
      const status = sayStage(manner, 'running', 'pending')
      return { status, model, progress: progress(state.percent) }
    }
    case 'done':
    case 'empty':
      return done({ respect_moderation: true })
    case 'moderated':
      // The link may well be there; the flag alone says that it is not for use.
      return done({ url: link, respect_moderation: false })
    case 'failed': {
      const status = sayStage(manner, 'failed', state.word ?? 'failed')
      const { code, message } = state
      return { status, ...(message !== '' && { error: { code, message } }) }
    }
    case 'expired':
      return { status: sayStage(manner, 'expired', 'expired') }
  }
}
