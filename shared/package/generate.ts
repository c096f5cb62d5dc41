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

export interface WaitOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** An aborted signal ends the wait, and the generation goes on; with this it is cancelled, for everybody. */
  readonly cancelOnAbort?: boolean | undefined
}

export interface GenerateOptions extends CreateOptions, WaitOptions {}

/**
 * @internal
 * @throws ReelayError for a refusal and for a failed generation; the signal's reason when aborted.
 */
export async function generate(
  client: Client,
  request: GenerateRequest,
  options: GenerateOptions,
): Promise<Video> {
  const { signal, cancelOnAbort = false, cacheControl } = options
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
  return await finish(client, created.video, options, created.requestId)
}

/**
 * @internal
 * @throws ReelayError for a failed generation; the signal's reason when aborted.
 */
export async function wait(client: Client, id: string, options: WaitOptions): Promise<Video> {
  const video = await client.retrieve(id, options.signal).catch((error: unknown) => {
    throw toReelayError(error)
  })
  return await finish(client, video, options, null)
}

async function finish(
  client: Client,
  begun: VideoResource,
  { onProgress, signal, cancelOnAbort = false }: WaitOptions,
  requestId: string | null,
): Promise<Video> {
  try {
    signal?.throwIfAborted()
    const video = await waitForEnd(client, begun, onProgress, signal)
    if (video.status === 'failed') throw toFailure(video, requestId)
    return new Video(client, video)
  } catch (error) {
    if (signal?.aborted === true && cancelOnAbort) await cancel(client, begun.id)
    throw toReelayError(error)
  }
}

async function cancel(client: Client, id: string): Promise<void> {
  await client.cancel(id).catch((error: unknown) => {
    throw toReelayError(error)
  })
}

type Seen = Pick<VideoState, 'status' | 'phase' | 'progress'>

async function waitForEnd(
  client: Client,
  created: VideoResource,
  onProgress: GenerateOptions['onProgress'],
  signal: AbortSignal | undefined,
): Promise<VideoResource> {
  const { id } = created
  const tell = ({ status, phase, progress }: Seen) => onProgress?.({ id, status, phase, progress })
  tell(created)
  let video = created
  let after = 0
  // The log is read from its beginning: what was already so when it was opened is not told again.
  let isNews = false
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
      isNews ||= next.progress > created.progress
      if (isNews && !isSame(next, state) && next.status !== 'failed') tell(next)
      state = next
      isNews ||= isSame(next, created)
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

function isSame(one: Seen, other: Seen): boolean {
  return one.status === other.status && one.phase === other.phase && one.progress === other.progress
}
