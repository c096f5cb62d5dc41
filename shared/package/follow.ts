// A video's events, typed by their `type`, to the last one. Breaks of the connection are not seen.

import type { Client } from '../client/client.ts'
import type { FollowOptions } from '../client/follow.ts'
import { toReelayError } from './error.ts'
import { Video } from './video.ts'
import type { VideoEvent } from './wire.ts'

/** What happened, in its place; the last one is `completed` or `failed`. */
export type FollowedEvent =
  | Exclude<VideoEvent, { type: 'completed' }>
  | (Omit<Extract<VideoEvent, { type: 'completed' }>, 'video'> & { readonly video: Video })

/** @internal */
export async function* follow(
  client: Client,
  id: string,
  options: Pick<FollowOptions, 'after' | 'signal'>,
): AsyncGenerator<FollowedEvent, void, undefined> {
  try {
    for await (const event of client.follow(id, options)) {
      yield event.type === 'completed' ? { ...event, video: new Video(client, event.video) } : event
    }
  } catch (error) {
    throw toReelayError(error)
  }
}
