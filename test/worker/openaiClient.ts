// The official package as anybody uses it, only the base URL changed. What passes is looked at on
// the way: every body against OpenAI's schemas, and how often the client really asked.

import OpenAI from 'openai'
import type { SchemaJudge, SchemaName } from './openaiSchemas.ts'
import { createSchemaJudge } from './openaiSchemas.ts'
import type { ServerEvent } from './readEvents.ts'
import { followResponse } from './readEvents.ts'

export interface WatchedClient {
  readonly client: OpenAI
  /** One line per request, `POST /v1/videos 200`. */
  readonly calls: string[]
  /** What did not fit the schemas, and bodies that nothing was known about. */
  readonly complaints: string[]
  /** Resolves when every answer so far was looked at. */
  settled(): Promise<void>
}

export function createOpenAI(url: string, apiKey: string): WatchedClient {
  const judge = createSchemaJudge()
  const calls: string[] = []
  const complaints: string[] = []
  const looks: Promise<void>[] = []
  const client = new OpenAI({
    apiKey,
    baseURL: `${url}/v1`,
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      const { origin, pathname } = new URL(response.url)
      // The package tries out its `fetch` on a data: URI before it sends a form.
      if (origin !== url) return response
      const call = `${init?.method?.toUpperCase() ?? 'GET'} ${pathname} ${response.status}`
      calls.push(call)
      const look = inspect(judge, call, response.clone())
      looks.push(look.then((found) => void complaints.push(...found)))
      return response
    },
  })
  return { client, calls, complaints, settled: async () => void (await Promise.all(looks)) }
}

async function inspect(judge: SchemaJudge, call: string, response: Response): Promise<string[]> {
  const type = response.headers.get('content-type')?.split(';')[0]
  if (type === 'video/mp4') return []
  if (type === 'text/event-stream') {
    return (await readUntilHungUp(response)).flatMap(({ data }) => {
      if (data === '[DONE]') return []
      const chunk = JSON.parse(data) as object
      const name = 'error' in chunk ? 'ErrorResponse' : 'CreateChatCompletionStreamResponse'
      return judge(name, chunk).map((flaw) => `${call}: ${flaw}`)
    })
  }
  if (type !== 'application/json') return [`${call}: answered with ${type}`]
  const name = response.ok ? toSchemaName(call) : 'ErrorResponse'
  if (name === null) return [`${call}: nobody says what this must be`]
  return judge(name, await response.json()).map((flaw) => `${call}: ${flaw}`)
}

/** The package closes a stream at its first error; what came until then is looked at. */
async function readUntilHungUp(response: Response): Promise<ServerEvent[]> {
  const events: ServerEvent[] = []
  try {
    for await (const event of followResponse(response)) events.push(event)
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error
  }
  return events
}

function toSchemaName(call: string): SchemaName | null {
  const [method = '', path = ''] = call.split(' ')
  const [, , collection, id, action] = path.split('/')
  if (collection === 'chat') return 'CreateChatCompletionResponse'
  if (collection === 'models') return id === undefined ? 'ListModelsResponse' : 'Model'
  if (collection !== 'videos') return null
  if (method === 'DELETE') return 'DeletedVideoResource'
  if (method === 'GET' && id === undefined) return 'VideoListResource'
  return action === undefined || action === 'remix' ? 'VideoResource' : null
}
