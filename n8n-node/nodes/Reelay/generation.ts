// What every way to generate has in common: one item's request, its place in the execution, and
// what comes out of it.

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow'

import type { VideoResource } from '../../../shared/video/video.ts'
import type { AttemptMemory } from './attemptMemory.ts'
import type { ItemRequest } from './itemRequest.ts'
import { ItemProblem } from './itemProblem.ts'
import type { ProgressReport } from './progressReport.ts'
import { adviseOnFailure, toVideoItem, type ItemDetails } from './videoItem.ts'

export interface ItemGeneration {
  readonly context: IExecuteFunctions
  readonly request: ItemRequest
  /** Null where n8n has no execution to derive one from. */
  readonly idempotencyKey: string | null
  /** Tells the items of one execution apart. */
  readonly key: string
  readonly memory: AttemptMemory
  readonly report: ProgressReport
  /** Aborted when somebody presses Stop. */
  readonly stop: AbortSignal | undefined
}

export interface Generated extends Omit<ItemDetails, 'timings'> {
  readonly video: VideoResource
  /** Its link opens only with the relay's key. */
  readonly needsKey: boolean
}

/** A generation that ended without a video, as what the person reads and the item keeps. */
export function toFailedProblem(
  video: VideoResource,
  error: NonNullable<VideoResource['error']>,
  kind: 'gateway' | 'relay',
): ItemProblem {
  const advice = adviseOnFailure(error.code, kind)
  return new ItemProblem(
    `No video was made: ${error.message}`,
    `${advice} ${chargeSentences[video.charge]}`,
    { ...toVideoItem(video), failure: { ...error, advice } },
  )
}

const chargeSentences = {
  none: 'Nothing was charged.',
  possible: 'It may have been charged.',
  certain: 'It was charged.',
}

/** What became of the work when somebody pressed Stop. */
const stopResults = {
  cancelled: 'The video was cancelled, too.',
  shared: 'A video of others goes on.',
  unknown:
    'The gateway could not be told: the video goes on and may be charged. Cancel it with its id.',
  disconnected:
    'The connection to the relay was closed. It may still finish the work and charge it.',
  stopped: 'The relay was told to stop the job. It may still charge for it.',
  goesOn: 'The relay cannot be told to stop: the job goes on and may be charged.',
} as const

export function toStoppedProblem(json: IDataObject, result: keyof typeof stopResults): ItemProblem {
  return new ItemProblem('The execution was stopped', stopResults[result], json)
}
