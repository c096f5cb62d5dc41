// A scenario decides what one POST to the relay is answered with. Everything a test can arrange for
// the relay's side is a value of this type: a dialect, a refusal, a fault, a recording.

import { dialects, type DialectId } from './dialects/dialects.ts'
import type { Frame } from './dialects/frame.ts'
import type { Job } from './job.ts'
import type { RelayRequest } from './relayRequest.ts'
import { answer, bill, bytes, end, head, wait, type HeadersOf, type Script } from './script.ts'

export interface Visit {
  readonly request: RelayRequest
  readonly job: Job
}
export type Scenario = (visit: Visit) => Script

export const EVENT_STREAM: HeadersOf = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
}

/** A successful generation as this kind of relay tells it. */
export function speakDialect(id: DialectId): Scenario {
  return ({ request, job }) => {
    const dialect = dialects[id]
    if (request.body['stream'] === true) return stream(dialect.speak(job), job)
    if (dialect.withoutStream !== null) return completion(job, dialect.withoutStream)
    return wholeAnswer(job, collectContent(dialect.speak(job)))
  }
}

/** Frames as a paced, billed and regularly ended event stream. */
export function* stream(frames: Iterable<Frame>, job: Job): Script {
  yield head(200, EVENT_STREAM)
  yield bill
  for (const frame of frames) {
    yield typeof frame === 'string' ? bytes(frame) : wait(job.stepMs, frame.progress)
  }
  yield end
}

/** `stream: false`: silence for as long as it takes, then one JSON document. */
function* wholeAnswer(job: Job, content: string): Script {
  yield bill
  yield wait(job.stepMs * job.progress.length)
  yield* completion(job, content)
}

function completion(job: Job, content: string): Script {
  const body = {
    id: `chatcmpl-${job.taskId.slice(5)}`,
    object: 'chat.completion',
    created: job.createdAt,
    model: job.model,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  }
  return answer(200, 'application/json', JSON.stringify(body))
}

/** The text a client would have put together from the stream. */
function collectContent(frames: Iterable<Frame>): string {
  const texts: string[] = []
  for (const frame of frames) {
    if (typeof frame !== 'string') continue
    for (const line of frame.split('\n')) {
      const start = line.indexOf('{')
      if (start < 0 || line.startsWith(':')) continue
      const chunk: Chunk = JSON.parse(line.slice(start))
      texts.push(...chunk.choices.map((choice) => choice.delta.content ?? ''))
    }
  }
  return texts.join('')
}

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string | null } }[]
}
