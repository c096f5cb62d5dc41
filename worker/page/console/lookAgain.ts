// Has a video's relay asked now. It answers in its own time: a moment is given to it, no more.

import type { useOperator } from './operator.ts'

const ANSWER_MS = 2000

export async function lookAgain(api: ReturnType<typeof useOperator>, id: string): Promise<void> {
  await api.call('POST', `/videos/${encodeURIComponent(id)}/wake`)
  await new Promise((resolve) => setTimeout(resolve, ANSWER_MS))
}
