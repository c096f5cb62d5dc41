// Follows a running video to its end. The client resumes by itself; when it gives up, because the line
// is down for long, it is begun again: a video that is paid for is not left alone.

import { useEffect, useState } from 'preact/hooks'
import { ApiError } from '../../../shared/client/error.ts'
import { sleep } from '../../../shared/package/fetchTransport.ts'
import type { WireEvent } from '../../../shared/video/events.ts'
import {
  advance,
  initialState,
  type VideoResource,
  type VideoState,
} from '../../../shared/video/video.ts'
import { useSession } from '../session/session.ts'
import { forgetSeenEvents, keepSeenEvents, readSeenEvents } from './seenEvents.ts'

export interface Followed {
  readonly state: VideoState
  readonly events: readonly WireEvent[]
  /** What the gateway refused; a broken line is none. */
  readonly problem: unknown
}

const AGAIN_MS = 5_000

export function useFollowed(video: VideoResource, onEnd: (ended: VideoResource) => void): Followed {
  const { api } = useSession()
  const [events, setEvents] = useState(() => readSeenEvents(video.id))
  const [problem, setProblem] = useState<unknown>(null)

  useEffect(() => {
    const leaving = new AbortController()
    const { signal } = leaving
    let seen = readSeenEvents(video.id)
    setEvents(seen)
    setProblem(null)

    async function followOnce(): Promise<void> {
      const after = seen.at(-1)?.offset ?? 0
      for await (const event of api.follow(video.id, { after, signal })) {
        seen = [...seen, event]
        setEvents(seen)
        if (event.type !== 'completed' && event.type !== 'failed') keepSeenEvents(video.id, seen)
      }
      const ended = await api.retrieve(video.id, signal)
      forgetSeenEvents(video.id)
      if (!signal.aborted) onEnd(ended)
    }

    async function follow(): Promise<void> {
      for (;;) {
        try {
          return await followOnce()
        } catch (error) {
          if (signal.aborted) return
          if (!(error instanceof ApiError) || !error.shouldRetry) return setProblem(error)
          await sleep(AGAIN_MS, signal).catch(() => undefined)
        }
      }
    }

    void follow()
    return () => leaving.abort()
  }, [api, video.id])

  return { state: toState(events), events, problem }
}

export function toState(events: readonly WireEvent[]): VideoState {
  let state = initialState
  for (const event of events) {
    // Its place in the log is the video itself, which is asked for.
    if (event.type === 'completed') continue
    state = advance(state, { offset: event.offset, at: event.at, event })
  }
  return state
}
