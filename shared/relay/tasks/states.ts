// The words by which relays say how a job stands, as they were met. An unknown word means that the job
// still runs: a paid video that is looked at once more costs nothing, one given up costs its price.

export type TaskState = 'queued' | 'running' | 'done' | 'failed'

const words: Readonly<Record<TaskState, readonly string[]>> = {
  queued: [
    'queued',
    'pending',
    'submitted',
    'notstart',
    'notstarted',
    'preparing',
    'queueing',
    'created',
    'starting',
    'waiting',
    'accepted',
    'scheduled',
    'inqueue',
    'unknown',
    'new',
  ],
  running: ['inprogress', 'processing', 'running', 'generating', 'rendering', 'active', 'working'],
  done: [
    'completed',
    'complete',
    'success',
    'succeeded',
    'succeed',
    'successful',
    'finished',
    'done',
    'ready',
  ],
  failed: [
    'failed',
    'failure',
    'fail',
    'error',
    'errored',
    'cancelled',
    'canceled',
    'dead',
    'expired',
    'rejected',
    'aborted',
    'timeout',
    'timedout',
    'moderated',
    'blocked',
    'nsfw',
  ],
}

const states: ReadonlyMap<string, TaskState> = new Map(
  Object.entries(words).flatMap(([state, list]) =>
    list.map((word) => [word, state as TaskState] as const),
  ),
)

/** `IN_PROGRESS`, `In progress` and `inProgress` are one word. */
export function toTaskState(word: string): TaskState {
  const letters = word.toLowerCase().replaceAll(/[^a-z]/g, '')
  // Some name the type before the word, such as `TASK_STATUS_SUCCEED`.
  const bare = letters.replace(/^(?:task|job|video)?(?:status|state)/, '')
  return states.get(bare) ?? 'running'
}
