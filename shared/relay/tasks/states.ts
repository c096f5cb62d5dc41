// The words by which relays say how a job stands, as they were met. An unknown word means that the job
// still runs: a paid video that is looked at once more costs nothing, one given up costs its price.

import { failedWords, finishedWords } from '../chat/words/keys.ts'

export type TaskState = 'queued' | 'running' | 'done' | 'failed'

const queuedWords = new Set(
  'queued pending submitted notstart notstarted preparing queueing created starting waiting accepted scheduled inqueue unknown new'.split(
    ' ',
  ),
)
const moreFailedWords = new Set(['errored', 'timedout', 'nsfw'])

/** `IN_PROGRESS`, `In progress` and `inProgress` are one word. */
export function toTaskState(word: string): TaskState {
  const letters = word.toLowerCase().replaceAll(/[^a-z]/g, '')
  // Some name the type before the word, such as `TASK_STATUS_SUCCEED`.
  const bare = letters.replace(/^(?:task|job|video)?(?:status|state)/, '')
  if (finishedWords.has(bare)) return 'done'
  if (failedWords.has(bare) || moreFailedWords.has(bare)) return 'failed'
  return queuedWords.has(bare) ? 'queued' : 'running'
}
