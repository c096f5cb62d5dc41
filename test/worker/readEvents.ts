// Server-sent events as a caller's library reads them: eventsource-parser, so that our own parser
// is never the judge of our own stream.

import { createParser } from 'eventsource-parser'
import type { WireEvent } from '../../shared/video/events.ts'

export interface ServerEvent {
  readonly id: string | undefined
  readonly event: string | undefined
  readonly data: string
}

/** Events as they arrive; leaving the loop hangs up. */
export async function* followResponse(response: Response): AsyncGenerator<ServerEvent, void> {
  if (response.body === null) throw new Error('The answer has no body.')
  let events: ServerEvent[] = []
  const parser = createParser({
    onEvent: ({ id, event, data }) => void events.push({ id, event, data }),
  })
  const decoder = new TextDecoder()
  for await (const bytes of response.body) {
    parser.feed(decoder.decode(bytes, { stream: true }))
    yield* events
    events = []
  }
}

export async function readEvents(response: Response): Promise<ServerEvent[]> {
  const events: ServerEvent[] = []
  for await (const event of followResponse(response)) events.push(event)
  return events
}

/** The whole of a `/v1/videos/{id}/events` answer, once each event was found to be well-formed. */
export async function readLog(response: Response): Promise<WireEvent[]> {
  // Closed, and nothing is after the offset that was asked for.
  if (response.status === 204) return []
  if (response.status !== 200)
    throw new Error(`No log: ${response.status} ${await response.text()}`)
  return (await readEvents(response)).map(({ id, event, data }) => {
    const wire = JSON.parse(data) as WireEvent
    if (id !== String(wire.offset) || event !== wire.type) {
      throw new Error(`Event ${id} ${event} disagrees with its data ${wire.offset} ${wire.type}.`)
    }
    return wire
  })
}
