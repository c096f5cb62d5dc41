// A relay that answers with whatever a test wants, given the prompt; it knows every prompt it was sent.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Answer {
  readonly status: number
  readonly body: string
  readonly type?: string
}

export interface HostileRelay {
  /** Settings of a gateway in front of it. */
  readonly vars: Readonly<Record<string, string>>
  /** Of every POST, in order. */
  readonly prompts: string[]
  close(): void
}

export async function startHostileRelay(answer: (prompt: string) => Answer): Promise<HostileRelay> {
  const prompts: string[] = []
  const server = createServer((message, response) => {
    let text = ''
    message.setEncoding('utf8').on('data', (piece: string) => (text += piece))
    message.on('end', () => {
      const { messages } = JSON.parse(text) as { messages: { content: string }[] }
      const prompt = messages.at(-1)?.content ?? ''
      prompts.push(prompt)
      const { status, body, type = 'application/json' } = answer(prompt)
      response.writeHead(status, { 'content-type': type }).end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    vars: {
      RELAY_BASE_URL: `http://127.0.0.1:${port}/v1`,
      RELAY_API_KEY: 'the-key-of-the-relay',
      ALLOW_PRIVATE_NETWORK: 'true',
    },
    prompts,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
