// The world around a frozen storage, under host names that are the same in every run: the relay, its
// file host, the public task pages, and one receiver of webhooks.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Job } from '../relay/job.ts'
import type { Media } from '../relay/media/mp4.ts'
import { createMp4 } from '../relay/media/mp4.ts'
import type { Download } from '../relay/media/serve.ts'
import { serveMedia } from '../relay/media/serve.ts'
import type { RelaySimulator } from '../relay/relaySimulator.ts'
import { startRelaySimulator } from '../relay/relaySimulator.ts'
import { describeTask } from '../relay/taskStatus.ts'
import type { Arrival, Reply, WebhookEvent } from '../worker/startReceiver.ts'

export const RECEIVER = 'https://receiver.example'

export interface Outside {
  /** Hand it to `startGateway`: it answers for every host. */
  readonly relay: RelaySimulator
  /** Every webhook that came, in order. */
  readonly arrivals: readonly Arrival[]
  close(): Promise<void>
}

/**
 * @param reply what the receiver answers at a path; `hang` is no answer at all
 * @param finished jobs of an earlier relay; their task pages say now that they are completed
 */
export async function startOutside(
  reply: (path: string) => Reply | 'hang' = () => ({ status: 200 }),
  finished: readonly Job[] = [],
): Promise<Outside> {
  const arrivals: Arrival[] = []
  const relay = await startRelaySimulator({
    stepMs: 1,
    linkOrigin: 'https://files.example',
    // The one host whose task pages are read.
    taskOrigin: 'https://asyncdata.net',
  })
  relay.setDownload(serveSmall)

  async function receive(message: IncomingMessage, response: ServerResponse, path: string) {
    const chunks: Uint8Array[] = []
    for await (const chunk of message) if (chunk instanceof Uint8Array) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString('utf8')
    const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)])
    const event = JSON.parse(body) as WebhookEvent
    arrivals.push({ path, headers: Object.fromEntries(headers), body, event })
    const answer = reply(path)
    if (answer !== 'hang') response.writeHead(answer.status, answer.headers).end(answer.body)
  }

  async function handle(message: IncomingMessage, response: ServerResponse, url: URL) {
    if (url.origin === RECEIVER) return await receive(message, response, url.pathname)
    const job = finished.find(({ statusUrl }) => statusUrl === url.href)
    if (job === undefined) return await relay.handle(message, response, url)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(describeTask(job, 'completed')))
  }

  return { relay: { ...relay, handle }, arrivals, close: () => relay.close() }
}

/** The video behind a link: one frame of 16 by 16, whatever the link says of itself. */
export function createSmallVideo(url: string): Media {
  return createMp4({ seed: new URL(url).href, seconds: 0.1, width: 16, height: 16 })
}

/** A healthy file host with small videos; images are what they are. */
export const serveSmall: Download = (visit) => {
  if (visit.media.contentType !== 'video/mp4') return serveMedia(visit)
  return serveMedia({ ...visit, media: createSmallVideo(visit.url.href) })
}
