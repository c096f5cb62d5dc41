// The words by which relays were seen to say how a task stands. The simulator can say each of them,
// and any other word as one that nobody knows.

export const stateWords = {
  queued: [
    'queued',
    'pending',
    'submitted',
    'not_start',
    'not_started',
    'NOT_START',
    'preparing',
    'queueing',
    'created',
    'starting',
    'unknown',
    'SUBMITTED',
    'QUEUED',
    'Queueing',
  ],
  running: ['in_progress', 'processing', 'running', 'generating', 'IN_PROGRESS', 'RUNNING'],
  done: [
    'completed',
    'complete',
    'success',
    'succeeded',
    'succeed',
    'finished',
    'done',
    'SUCCESS',
    'SUCCEEDED',
  ],
  failed: [
    'failed',
    'failure',
    'fail',
    'error',
    'cancelled',
    'canceled',
    'dead',
    'FAILURE',
    'FAILED',
    'Fail',
  ],
  expired: ['expired'],
} as const satisfies Record<string, readonly string[]>

export type Stage = keyof typeof stateWords

/** null: a word that nobody knows. */
export function toStage(word: string): Stage | null {
  for (const [stage, words] of Object.entries(stateWords)) {
    if (isStage(stage) && words.some((known) => known === word)) return stage
  }
  return null
}

function isStage(text: string): text is Stage {
  return Object.hasOwn(stateWords, text)
}
