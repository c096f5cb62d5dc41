// The public status document of a task (D1's "raw data" link): the work goes on after a stream broke
// off, and this is where a gateway without the stream can still learn of the link, unpaid. What it
// says depends on how often it was asked, never on the clock, so tests can repeat it.

import type { Job } from './job.ts'

export type TaskState = 'running' | 'completed' | 'failed'
/** `look`: 1 for the first time this task's document is read, then counting. */
export type TaskProgress = (job: Job, look: number) => TaskState

export const completeAtSecondLook: TaskProgress = (_job, look) =>
  look < 2 ? 'running' : 'completed'

const STATUS = { running: 'video_generating', completed: 'completed', failed: 'failed' } as const

export function describeTask(job: Job, state: TaskState) {
  return {
    id: job.taskId,
    created_at: job.createdAt * 1000,
    req: { model: job.model, prompt: job.prompt },
    running: state === 'running',
    status: STATUS[state],
    max_retries: 3,
    retry_count: 0,
    video_url: state === 'completed' ? job.videoUrl : null,
    ...(state === 'failed' ? { error_message: 'The video could not be generated.' } : {}),
  }
}
