// What every way to generate has in common: one item's request, its place in the execution, and
// what comes out of it.

import type { IExecuteFunctions } from 'n8n-workflow'

import type { VideoResource } from '../../../shared/video/video.ts'
import type { AttemptMemory } from './attemptMemory.ts'
import type { ItemRequest } from './itemRequest.ts'
import { ItemProblem } from './itemProblem.ts'
import type { ProgressReport } from './progressReport.ts'
import { adviseOnFailure, toVideoItem, type ItemDetails } from './videoItem.ts'

export interface ItemGeneration {
  readonly context: IExecuteFunctions
  readonly itemIndex: number
  readonly request: ItemRequest
  /** Null where n8n has no execution to derive one from. */
  readonly idempotencyKey: string | null
  /** One of several takes: they find neither each other, whichever is ordered first, nor an earlier video. */
  readonly isNewTake: boolean
  /** Tells the items of one execution apart. */
  readonly key: string
  readonly memory: AttemptMemory
  readonly report: ProgressReport
  /** Aborted when somebody presses Stop. */
  readonly stop: AbortSignal | undefined
}

export interface Generated extends Omit<ItemDetails, 'timings' | 'hasId'> {
  readonly video: VideoResource
  /** Its link opens only with the relay's key. */
  readonly needsKey: boolean
}

/** A generation that ended without a video, as what the person reads and the item keeps. */
export function toFailedProblem(
  video: VideoResource,
  error: NonNullable<VideoResource['error']>,
  kind: 'gateway' | 'relay',
  isEarlier = false,
): ItemProblem {
  const advice = [
    ...(isEarlier && video.outcome === 'unknown' ? [earlierSentence] : []),
    adviseOnFailure(error.code, kind),
    chargeSentences[video.charge],
    ...(video.outcome === 'unknown' && error.code !== 'outcome_unknown' ? [payAgainSentence] : []),
  ].join(' ')
  const { title, said } = toTitle(error)
  return new ItemProblem(`No video was made: ${title}`, `${advice}${said}`, {
    ...toVideoItem(video, { hasId: kind === 'gateway' }),
    failure: { ...error, advice },
  })
}

const earlierSentence = 'Nothing was sent now: this is the answer of an identical earlier request.'
const payAgainSentence = 'To pay again, switch on the option Pay Again if Unsure.'

/** Relays write in any language and with pictures; a title of n8n's is one plain English sentence. */
function toTitle({ code, message }: NonNullable<VideoResource['error']>) {
  const plain = message.replace(/[\p{Extended_Pictographic}\u{fe0f}\u{200d}]/gu, '').trim()
  if (plain !== '' && !/[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u.test(plain)) {
    return { title: plain, said: '' }
  }
  return { title: code.replaceAll('_', ' '), said: ` The relay said: ${message}` }
}

const chargeSentences = {
  none: 'Nothing was charged.',
  possible: 'It may have been charged.',
  certain: 'It was charged.',
}
