// From a request to a stored video: admitted once, followed to its end, whatever happens to the
// connection. A break costs a pause; only the gateway's own word ends the wait.

import type { Client } from '../client/client.ts'
import { isTerminal, type WireEvent } from '../video/events.ts'
import { advance, initialState, type VideoState } from '../video/video.ts'
import { toFailure, toReelayError } from './error.ts'
import {
  createIdempotencyKey,
  type CreateOptions,
  type GenerateRequest,
  toBody,
} from './request.ts'
import { Video } from './video.ts'
import type { VideoResource } from './wire.ts'

/** Where a generation is. */
export interface Progress {
  readonly id: string
  readonly status: VideoResource['status']
  readonly phase: VideoResource['phase']
  /** Percent; 100 when the video is stored. */
  readonly progress: number
}

export interface GenerateOptions extends CreateOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** An aborted signal ends the wait, and the generation goes on; with this it is cancelled, for everybody. */
  readonly cancelOnAbort?: boolean | undefined
}

/**
 * @internal
 * @throws ReelayError for a refusal and for a failed generation; the signal's reason when aborted.
 */
export async function generate(
  client: Client,
  request: GenerateRequest,
  options: GenerateOptions,
): Promise<Video> {
  const { signal, cancelOnAbort = false, cacheControl, onProgress } = options
  signal?.throwIfAborted()
  const { idempotencyKey = createIdempotencyKey() } = options
  const created = await client
    // To cancel what has begun its id must be known: the answer is awaited, it takes no time.
    .createVideo(await toBody(request), {
      idempotencyKey,
      cacheControl,
      signal: cancelOnAbort ? undefined : signal,
    })
    .catch((error: unknown) => {
      throw toReelayError(error, true)
    })
  try {
    signal?.throwIfAborted()
    const video = await waitForEnd(client, created.video, onProgress, signal)
    if (video.status === 'failed') throw toFailure(video, created.requestId)
    return new Video(client, video)
  } catch (error) {
    if (signal?.aborted === true && cancelOnAbort) await cancel(client, created.video.id)
    throw toReelayError(error)
  }
}

async function cancel(client: Client, id: string): Promise<void> {
  await client.cancel(id).catch((error: unknown) => {
    throw toReelayError(error)
  })
}

async function waitForEnd(
  client: Client,
  created: VideoResource,
  onProgress: GenerateOptions['onProgress'],
  signal: AbortSignal | undefined,
): Promise<VideoResource> {
  const { id } = created
  const tell = ({ status, phase, progress }: Pick<VideoState, 'status' | 'phase' | 'progress'>) =>
    onProgress?.({ id, status, phase, progress })
  tell(created)
  let video = created
  let after = 0
  // Once, unless an old failure stands in a log that was opened again since.
  while (!isTerminal({ type: video.status })) {
    let state = initialState
    for await (const event of client.follow(id, { after, signal })) {
      after = event.offset
      if (event.type === 'completed') {
        tell({ ...event.video })
        return event.video
      }
      const next = advanceBy(state, event)
      if (!isSame(next, state) && next.status !== 'failed') tell(next)
      state = next
    }
    video = await client.retrieve(id, signal)
  }
  return video
}

function advanceBy(
  state: VideoState,
  event: Exclude<WireEvent, { type: 'completed' }>,
): VideoState {
  const { offset, at } = event
  return advance(state, { offset, at, event })
}

function isSame(one: VideoState, other: VideoState): boolean {
  return one.status === other.status && one.phase === other.phase && one.progress === other.progress
}
