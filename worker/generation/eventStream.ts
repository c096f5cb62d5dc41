// A log as server-sent events, in the gateway's own form or as chat chunks, from any offset. Links
// are signed while it is read: they are never stored.

import { Impossible } from '../../shared/impossible.ts'
import { createChatStream } from '../../shared/video/chat.ts'
import type { LogEntry, WireEvent } from '../../shared/video/events.ts'
import { isTerminal } from '../../shared/video/events.ts'
import type { VideoResource } from '../../shared/video/video.ts'
import { fold } from '../../shared/video/video.ts'
import type { Now, Sleep } from '../../shared/ports.ts'
import { encodeEvent } from '../../shared/wire/sse.ts'
import type { Description, Generation } from './generation.ts'
import type { Log } from './log.ts'
import { streamLog } from './readers.ts'

/** How a reader wants the log. */
export interface ReaderRequest {
  readonly as: 'events' | 'chat'
  /** The last offset it has; 0 for all. */
  readonly after: number
  /** Chat only: a chunk of usage before the end. */
  readonly includeUsage: boolean
  /** Origin for links. */
  readonly origin: string
  /** When the signed link ends that this reader came by, ms; null for the holder of a key. */
  readonly guestUntil: number | null
}

interface EventStreamPorts {
  readonly now: Now
  readonly sleep: Sleep
  /** Silence after which a comment is sent, ms. */
  readonly commentMs: number
  readonly sign: (
    video: VideoResource,
    request: Pick<ReaderRequest, 'origin' | 'guestUntil'>,
  ) => Promise<VideoResource>
}

/**
 * Of one generation at once. Each takes some 100 KB of the isolate in which its answer is being read, and
 * who comes by a signed link is counted by nobody: they leave room for those who hold a key.
 */
const MOST_READERS = 500
const MOST_GUESTS = 400

/** Opens the stream, or says why there is none. */
export function openEventStream(
  generation: Generation,
  request: ReaderRequest,
  { now, sleep, commentMs, sign }: EventStreamPorts,
): ReadableStream<Uint8Array> | 'gone' | 'beyond the end' | 'all said' | 'crowded' {
  const { after, guestUntil } = request
  const { log } = generation
  const description = generation.describe()
  if (log === null || description === null) return 'gone'
  if (after > log.end) return 'beyond the end'
  // What makes a browser's EventSource stop. A chat has its own end to say.
  if (request.as === 'events' && log.isClosed && after === log.end) return 'all said'
  if (log.listeners >= (guestUntil === null ? MOST_READERS : MOST_GUESTS)) return 'crowded'
  const { opening, encode } =
    request.as === 'chat' ? toChatEncoder(generation, log, description, request) : eventEncoder

  const signCompleted = async ({ offset, at }: LogEntry): Promise<WireEvent> => {
    const video = generation.describe()?.video
    if (video === undefined) throw new Impossible('a log without its generation')
    return { offset, at, type: 'completed', video: await sign(video, request) }
  }
  return streamLog({
    log,
    after,
    now,
    sleep,
    commentMs,
    opening,
    async encode(entry) {
      const { offset, at, event } = entry
      const isLast = offset === log.end
      const wire =
        event.type === 'completed' ? await signCompleted(entry) : { offset, at, ...event }
      return encode(wire, isLast)
    },
  })
}

interface Encoder {
  /** What goes out before the first event. */
  readonly opening: string
  readonly encode: (event: WireEvent, isLast: boolean) => string
}

const eventEncoder: Encoder = {
  opening: encodeEvent({ comment: 'events' }),
  encode: ({ offset, at, type, ...rest }) =>
    encodeEvent({
      id: String(offset),
      event: type,
      data: JSON.stringify({ offset, at, type, ...rest }),
    }),
}

function toChatEncoder(
  generation: Generation,
  log: Log,
  { video }: Description,
  { after, includeUsage }: ReaderRequest,
): Encoder {
  const seen = log.readTo(after)
  const opened = seen.at(-1)?.offset ?? 0
  const stream = createChatStream({
    video,
    state: fold(seen),
    includeUsage,
    usage: () => generation.describe()?.usage ?? null,
  })
  return {
    opening: stream.open(),
    // A failure that `/archive` has mended since is history, and a chat must end only once.
    encode: (event, isLast) =>
      event.offset > opened && (!isTerminal(event) || isLast) ? stream.encode(event) : '',
  }
}
