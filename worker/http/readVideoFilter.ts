// Reads what a list of videos is filtered by: `?status=&model=&q=&created_after=&created_before=`.

import { videoStatuses } from '../../shared/video/statuses.ts'
import type { VideoFilter } from '../account/videoList.ts'
import type { AppContext } from './context.ts'
import { invalid } from './errors.ts'

// Longer than any id, any name of a model, and what anybody searches for.
const MOST_CHARACTERS = 200

/** null when nothing is asked. */
export function readVideoFilter(context: AppContext): VideoFilter | null {
  const asked = context.req.query('status')
  const status = videoStatuses.find((one) => one === asked)
  if (asked !== undefined && status === undefined) {
    throw invalid('status', `\`status\` must be one of ${videoStatuses.join(', ')}.`)
  }
  const model = readWords(context, 'model')
  const q = readWords(context, 'q')
  const createdAfter = readTime(context, 'created_after')
  const createdBefore = readTime(context, 'created_before')
  const filter = {
    ...(status !== undefined && { status }),
    ...(model !== null && { model }),
    ...(q !== null && { q }),
    ...(createdAfter !== null && { createdAfter }),
    ...(createdBefore !== null && { createdBefore }),
  }
  return Object.keys(filter).length === 0 ? null : filter
}

/** Empty is as if it were not there: forms send such fields. */
function readWords(context: AppContext, name: string): string | null {
  const text = context.req.query(name) ?? ''
  if (text.length <= MOST_CHARACTERS) return text === '' ? null : text
  throw invalid(name, `\`${name}\` must have at most ${MOST_CHARACTERS} characters.`)
}

/** Unix seconds in, ms out. */
function readTime(context: AppContext, name: string): number | null {
  const text = context.req.query(name) ?? ''
  if (text === '') return null
  if (/^\d{1,12}$/.test(text)) return Number(text) * 1000
  throw invalid(name, `\`${name}\` must be Unix seconds.`)
}
