// Brings a video's bytes into n8n's binary store, from one stream into the other; no part of this
// holds more than a chunk.

import type { IBinaryData, IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow'

import { openDownload, type Download } from '../../../shared/client/download.ts'
import { clock } from './clock.ts'
import type { Gateway } from './connection.ts'
import { ItemProblem } from './itemProblem.ts'
import { createKeyedTransport, createTransport, type NodeTransport } from './transport.ts'

type StoreContext = IExecuteFunctions | IWebhookFunctions

/** The file of a video that the gateway keeps. */
export async function storeFromGateway(
  context: StoreContext,
  gateway: Gateway,
  id: string,
  fileName: string,
  stop?: AbortSignal,
): Promise<IBinaryData> {
  const download = await gateway.client.download(id, stop)
  return await store(context, gateway.transport, download, fileName || id)
}

// A file host that is silent for a minute has lost the connection; the download goes on from there.
const linkIdleMs = 60_000

export interface VideoLink {
  readonly url: string
  /** It is the relay's own and opens only with its key. */
  readonly needsKey: boolean
}

/** The file behind a link; nobody but the relay itself is shown its key. */
export async function storeFromLink(
  context: StoreContext,
  { url, needsKey }: VideoLink,
  fileName: string,
  stop?: AbortSignal,
): Promise<IBinaryData> {
  if (url.startsWith('data:')) {
    const bytes = Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')
    return await context.helpers.prepareBinaryData(bytes, fileName || 'video.mp4', 'video/mp4')
  }
  const transport = needsKey
    ? createKeyedTransport(context, linkIdleMs)
    : createTransport(context, { authenticate: false, idleMs: linkIdleMs })
  const download = await openDownload({ transport, ...clock }, url, stop)
  return await store(context, transport, download, fileName || nameAfter(url))
}

async function store(
  context: StoreContext,
  transport: NodeTransport,
  download: Download,
  name: string,
): Promise<IBinaryData> {
  const contentType = download.contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (contentType.startsWith('text/') || contentType === 'application/json') {
    throw new ItemProblem(
      `The link leads to ${contentType}, not to a video`,
      'The link may have expired. Get the video again for a fresh one.',
    )
  }
  const mimeType = contentType.startsWith('video/') ? contentType : 'video/mp4'
  const fileName = name.includes('.') ? name : `${name}.mp4`
  const stream = transport.toReadable(download.body)
  return await context.helpers.prepareBinaryData(stream, fileName, mimeType)
}

function nameAfter(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? ''
  return last.toLowerCase().endsWith('.mp4') ? last : 'video.mp4'
}
