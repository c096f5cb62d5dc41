// A relay with nothing in its way: streams a chat or takes a job, says its first percentage at once and
// the others when told to. The simulator plays stories; this one only holds a stop-watch.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as turn } from 'node:timers/promises'
import type { Media } from '../relay/media/mp4.ts'

export interface BenchRelay {
  readonly origin: string
  readonly baseUrl: string
  /** Paid POSTs so far. */
  readonly posts: number
  /** Times that a job was asked for so far. */
  readonly looks: number
  /** The most downloads that were under way at once. */
  readonly mostFiles: number
  /** Says how far the one for `prompt` is: a chunk of a stream, the next look at a job; the instant, ms. */
  say(prompt: string, percent: number): number
  /** Until it has been asked for `prompt`. */
  untilAsked(prompt: string): Promise<void>
  /** Refuses the one for `prompt` as soon as it was asked, and waits until that was read: nothing is archived. */
  refuse(prompt: string): Promise<void>
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

interface Job {
  readonly id: string
  percent: number
  isRefused: boolean
  /** Somebody has read that it was refused. */
  isOver: boolean
}

export async function startBenchRelay(
  media: Media,
  { fileMs = 0, saysLength = true }: FileOptions = {},
): Promise<BenchRelay> {
  const streams = new Map<string, ServerResponse>()
  const jobs = new Map<string, Job>()
  let posts = 0
  let looks = 0
  let files = 0
  let mostFiles = 0

  const server = createServer((request, response) => {
    const { method = '', url = '' } = request
    const job = [...url.matchAll(/^\/v1\/videos\/(.+)$/g)][0]?.[1]
    if (method === 'POST') void take(request, response)
    else if (job !== undefined) answerLook(response, job)
    else void sendFile(response, method === 'HEAD')
  })

  async function sendFile(response: ServerResponse, isHead: boolean): Promise<void> {
    response.writeHead(200, {
      'content-type': media.contentType,
      ...(saysLength && { 'content-length': media.size }),
    })
    if (isHead) {
      response.end()
      return
    }
    mostFiles = Math.max(mostFiles, ++files)
    response.on('close', () => files--)
    const half = Math.floor(media.size / 2)
    for (const piece of media.read(0, half)) response.write(piece)
    if (fileMs > 0) await turn(fileMs)
    for (const piece of media.read(half, media.size)) response.write(piece)
    response.end()
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    posts += 1
    const parts: Buffer[] = []
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
    const body = JSON.parse(String(Buffer.concat(parts))) as Order
    if ('prompt' in body) {
      const job = { id: `job_${posts}`, percent: FIRST_PERCENT, isRefused: false, isOver: false }
      jobs.set(body.prompt, job).set(job.id, job)
      response.writeHead(200, { 'content-type': 'application/json' }).end(toDocument(job))
      return
    }
    const content = body.messages.at(-1)?.content ?? ''
    const prompt = typeof content === 'string' ? content : (content[0]?.text ?? '')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(toEvent(toProgress(FIRST_PERCENT)))
    streams.set(prompt, response)
    response.on('close', () => streams.delete(prompt))
    if (prompt.startsWith(AT_ONCE)) finish(response, `\n\n[Watch](${origin}/video.mp4)`)
  }

  function answerLook(response: ServerResponse, id: string): void {
    looks += 1
    const job = jobs.get(id)
    if (job === undefined) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(toDocument(job))
    job.isOver = job.isRefused
  }

  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const untilAsked = async (prompt: string) => {
    while (!streams.has(prompt) && !jobs.has(prompt)) await turn(1)
  }
  return {
    origin,
    baseUrl: `${origin}/v1`,
    get posts() {
      return posts
    },
    get looks() {
      return looks
    },
    get mostFiles() {
      return mostFiles
    },
    untilAsked,
    say(prompt, percent) {
      const job = jobs.get(prompt)
      const stream = streams.get(prompt)
      if (job !== undefined) job.percent = percent
      else if (stream === undefined) throw new Error('the relay has no such answer open')
      const event = toEvent(toProgress(percent))
      const at = performance.now()
      stream?.write(event)
      return at
    },
    async refuse(prompt) {
      await untilAsked(prompt)
      const job = jobs.get(prompt)
      const stream = streams.get(prompt)
      if (stream !== undefined) finish(stream, '\n❌ Generation failed\n')
      if (job === undefined) return
      job.isRefused = true
      while (!job.isOver) await turn(10)
      jobs.delete(prompt)
      jobs.delete(job.id)
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Order =
  | { readonly prompt: string }
  | { readonly messages: readonly { readonly content: string | readonly { text?: string }[] }[] }

function finish(response: ServerResponse, text: string): void {
  response.end(`${toEvent(text)}data: [DONE]\n\n`)
}

function toDocument({ id, percent: progress, isRefused }: Job): string {
  const rest = isRefused
    ? { status: 'failed', error: { code: 'server_error', message: 'Generation failed' } }
    : { status: 'in_progress' }
  return JSON.stringify({ id, object: 'video', model: 'sora-2', progress, ...rest })
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
