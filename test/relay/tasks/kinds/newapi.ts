// new-api's own shape, `/video/generations`, in the three documents it answers a look with: the
// wrapper, the wrapper of its Gemini and Vertex channels, and the flat one that its pages describe.

import { progressForms, sayStage } from '../manner.ts'
import type { TaskKind, ToldTask } from '../taskKind.ts'
import { describeVideo } from './videos.ts'

export const newapi: TaskKind = {
  basePath: '/kinds/newapi/v1',
  routes: [
    { method: 'POST', path: '/video/generations', does: 'create' },
    { method: 'GET', path: '/video/generations/{id}', does: 'look' },
    { method: 'GET', path: '/videos/{id}/content', does: 'content' },
    { method: 'POST', path: '/videos/{id}/remix', does: 'derive' },
    { method: 'GET', path: '/models', does: 'models' },
  ],
  models: ['kling-v3', 'doubao-seedance-2-0', 'sora-2'],
  createStatus: 200,
  errors: 'new-api',
  progress: 'percent',
  link: 'vendor',
  toId: (job) => job.taskId,
  describeCreated: describeTaken,
  describe: (told) => describers[told.manner.shape](told),
  fieldOf: ({ manner }) => fields[manner.shape],
}

const describers = { wrapped: describeWrapped, vendor: describeVendor, flat: describeFlat } as const
const fields = { wrapped: 'data.result_url', vendor: 'data.url', flat: 'url' } as const

function describeTaken(told: ToldTask, id: string | number | undefined): object {
  const { status, ...video } = describeVideo(told)
  return told.manner.shape === 'flat'
    ? { task_id: id, status }
    : { ...video, id, task_id: id, status, progress: 0 }
}

const ownWords = {
  wrapped: { queued: 'SUBMITTED', running: 'IN_PROGRESS', done: 'SUCCESS', failed: 'FAILURE' },
  vendor: { queued: 'queued', running: 'processing', done: 'succeeded', failed: 'failed' },
  flat: { queued: 'queued', running: 'in_progress', done: 'completed', failed: 'failed' },
} as const

function sayState({ manner, state }: ToldTask): string {
  const own = ownWords[manner.shape]
  switch (state.is) {
    case 'queued':
    case 'running':
      return sayStage(manner, state.is, own[state.is])
    case 'done':
    case 'empty':
    case 'moderated':
      return sayStage(manner, 'done', own.done)
    case 'failed':
      return sayStage(manner, 'failed', state.word ?? own.failed)
    case 'expired':
      return sayStage(manner, 'expired', 'expired')
  }
}

function describeWrapped(told: ToldTask): object {
  const { id, job, manner, state } = told
  const isOver = state.is !== 'queued' && state.is !== 'running'
  const isFailed = state.is === 'failed' || state.is === 'moderated'
  return {
    code: 'success',
    message: '',
    data: {
      task_id: id,
      action: 'generate',
      status: sayState(told),
      progress: progressForms[manner.progress](toPercent(told)),
      fail_reason: isFailed ? state.message : '',
      submit_time: job.createdAt,
      start_time: job.createdAt + 5,
      finish_time: isOver ? job.createdAt + 60 : 0,
      // What the channel answered, as it came.
      data: { id: `upstream-${id}`, model: job.model, prompt: job.prompt },
    },
  }
}

function describeVendor(told: ToldTask): object {
  const { id, state } = told
  const isFailed = state.is === 'failed' || state.is === 'moderated'
  const error = isFailed && state.message !== '' ? { code: 500, message: state.message } : null
  const data = {
    task_id: id,
    status: sayState(told),
    url: '',
    format: 'mp4',
    metadata: null,
    error,
  }
  return { code: 'success', message: '', data }
}

function describeFlat(told: ToldTask): object {
  const { id, job, state } = told
  const isFailed = state.is === 'failed' || state.is === 'moderated'
  const [width, height] = job.orientation === 'portrait' ? [720, 1280] : [1280, 720]
  return {
    task_id: id,
    status: sayState(told),
    format: 'mp4',
    metadata: { duration: job.seconds, fps: 24, width, height, seed: 7 },
    ...(isFailed && state.message !== '' && { error: { code: 500, message: state.message } }),
  }
}

function toPercent({ state }: ToldTask): number {
  if (state.is === 'queued') return 0
  return state.is === 'running' ? state.percent : 100
}
