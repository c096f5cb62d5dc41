// A relay with nothing in its way: says its first percentage at once, the others when told to, and
// remembers when each left. The simulator plays stories; this one only holds a stop-watch.

import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as turn } from 'node:timers/promises'
import type { Media } from '../relay/media/mp4.ts'

export interface BenchRelay {
  readonly origin: string
  readonly baseUrl: string
  /** Paid POSTs so far. */
  readonly posts: number
  /** Sends one progress chunk to the answer for `prompt`; the instant it left, ms. */
  say(prompt: string, percent: number): number
  /** The same, as soon as it was asked for `prompt`. */
  sayWhenAsked(prompt: string, percent: number): Promise<void>
  /** The most downloads that were under way at once. */
  readonly mostFiles: number
  /** Ends the answer for `prompt` with a refusal: nothing is archived. */
  refuse(prompt: string): void
  /** Refuses all of them as soon as they have been asked. */
  settle(prompts: readonly string[]): Promise<void>
  close(): Promise<void>
}

/** The answer to a prompt that begins so is complete at once. */
export const AT_ONCE = 'at once'
export const FIRST_PERCENT = 1

export interface FileOptions {
  /** How long a download takes, ms; default: no time. */
  readonly fileMs?: number
  /** Default true. */
  readonly saysLength?: boolean
}

export async function startBenchRelay(
  media: Media,
  { fileMs = 0, saysLength = true }: FileOptions = {},
): Promise<BenchRelay> {
  const open = new Map<string, ServerResponse>()
  let posts = 0
  let files = 0
  let mostFiles = 0

  async function sendFile(response: ServerResponse): Promise<void> {
    mostFiles = Math.max(mostFiles, ++files)
    response.on('close', () => files--)
    const half = Math.floor(media.size / 2)
    for (const piece of media.read(0, half)) response.write(piece)
    if (fileMs > 0) await turn(fileMs)
    for (const piece of media.read(half, media.size)) response.write(piece)
    response.end()
  }
  const server = createServer((request, response) => {
    if (request.method === 'GET' || request.method === 'HEAD') {
      response.writeHead(200, {
        'content-type': media.contentType,
        ...(saysLength && { 'content-length': media.size }),
      })
      if (request.method === 'GET') void sendFile(response)
      else response.end()
      return
    }
    posts += 1
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = JSON.parse(String(Buffer.concat(parts))) as {
        messages: { content: string | { text?: string }[] }[]
      }
      const content = body.messages.at(-1)?.content ?? ''
      const prompt = typeof content === 'string' ? content : (content[0]?.text ?? '')
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(toEvent(toProgress(FIRST_PERCENT)))
      open.set(prompt, response)
      response.on('close', () => open.delete(prompt))
      if (prompt.startsWith(AT_ONCE)) finish(prompt, toLink())
    })
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  function toLink(): string {
    return `\n\n[Watch](${origin}/video.mp4)`
  }

  function answerFor(prompt: string): ServerResponse {
    const response = open.get(prompt)
    if (response === undefined) throw new Error('the relay has no such answer open')
    return response
  }

  function finish(prompt: string, text: string): void {
    answerFor(prompt).end(`${toEvent(text)}data: [DONE]\n\n`)
  }

  function refuse(prompt: string): void {
    finish(prompt, '\n❌ Generation failed\n')
  }

  return {
    origin,
    baseUrl: `${origin}/v1`,
    get posts() {
      return posts
    },
    say(prompt, percent) {
      const event = toEvent(toProgress(percent))
      const at = performance.now()
      answerFor(prompt).write(event)
      return at
    },
    async sayWhenAsked(prompt, percent) {
      while (!open.has(prompt)) await turn(1)
      answerFor(prompt).write(toEvent(toProgress(percent)))
    },
    get mostFiles() {
      return mostFiles
    },
    refuse,
    async settle(prompts) {
      for (const prompt of prompts) {
        while (!open.has(prompt)) await turn(1)
        refuse(prompt)
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function toProgress(percent: number): string {
  return `\n> Progress ${percent}...`
}

function toEvent(content: string): string {
  const chunk = {
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: 'sora-2',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  }
  return `data: ${JSON.stringify(chunk)}\n\n`
}
