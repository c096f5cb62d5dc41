// A model that follows a script, behind the API that n8n's OpenAI model node speaks.

import { createServer } from 'node:http'

interface Message {
  readonly role: string
  readonly content?: unknown
}

export type Model = Awaited<ReturnType<typeof startModel>>

/** Calls the one tool it is given, once, with this prompt; then answers with what the tool said. */
export async function startModel() {
  const told: string[] = []
  const state = { prompt: '' }
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (data: Buffer) => (text += data.toString()))
    request.on('end', () => {
      const { messages = [], tools = [] } = JSON.parse(text || '{}') as {
        messages?: Message[]
        tools?: { function: { name: string; parameters: { properties?: object } } }[]
      }
      const answer = messages.findLast(({ role }) => role === 'tool')
      const said = typeof answer?.content === 'string' ? answer.content : null
      if (said !== null) told.push(said)
      const tool = tools[0]?.function
      const field = Object.keys(tool?.parameters.properties ?? {})[0] ?? 'Prompt'
      const call = {
        id: 'call_1',
        type: 'function',
        function: { name: tool?.name, arguments: JSON.stringify({ [field]: state.prompt }) },
      }
      const message = {
        role: 'assistant',
        content: said === null ? null : `Done: ${said}`,
        ...(said === null && { tool_calls: [call] }),
      }
      const finish = said === null ? 'tool_calls' : 'stop'
      const body = {
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: 1,
        model: 'script',
        choices: [{ index: 0, message, finish_reason: finish }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the model has no port')
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    told,
    state,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
