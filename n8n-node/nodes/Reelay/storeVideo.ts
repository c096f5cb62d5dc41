// Brings a video's bytes into n8n's binary store, from one stream into the other; no part of this
// holds more than a chunk.

import type { IBinaryData, IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow'

import { openDownload, type Download } from '../../../shared/client/download.ts'
import { ApiError } from '../../../shared/client/error.ts'
import { createVideoWalker } from '../../../shared/video/videoWalker.ts'
import { clock } from './clock.ts'
import type { Gateway } from './connection.ts'
import { ItemProblem } from './itemProblem.ts'
import { createLinkTransport } from './linkTransport.ts'
import type { NodeTransport } from './transport.ts'

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
  /** Whose address the credential has; only one nearby may lead to machines nearby. */
  readonly near: string
  /** It is the relay's own and opens only with its key. */
  readonly needsKey: boolean
}

/** The file behind a link; nobody but the relay itself is shown its key. */
export async function storeFromLink(
  context: StoreContext,
  link: VideoLink,
  fileName: string,
  stop?: AbortSignal,
): Promise<IBinaryData> {
  const { url } = link
  if (url.startsWith('data:')) {
    const bytes = Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')
    const whole: Uint8Array[] = []
    for await (const part of onlyVideo([bytes])) whole.push(part)
    const file = Buffer.concat(whole)
    return await context.helpers.prepareBinaryData(file, fileName || 'video.mp4', 'video/mp4')
  }
  const transport = createLinkTransport(context, { ...link, idleMs: linkIdleMs })
  const opening = openDownload({ transport, ...clock }, url, stop)
  const download = await opening.catch((error: unknown) => {
    if (!(error instanceof ApiError) || error.status === 0) throw error
    throw new ItemProblem(
      `The link of the video answers HTTP ${error.status}`,
      'It may have expired. Open it in a browser; at a gateway, Get gives a fresh one.',
      {},
      error.status,
    )
  })
  const body = onlyVideo(download.body)
  return await store(context, transport, { ...download, body }, fileName || nameAfter(url))
}

// Far above any video of a minute or two, and far below what fills a disk.
const maxBytes = 2 * 2 ** 30

/** Lets a whole video through and nothing else, as the gateway's own store does. */
async function* onlyVideo(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const walker = createVideoWalker()
  let bytes = 0
  for await (const part of body) {
    bytes += part.length
    if (bytes > maxBytes) throw new ItemProblem('The file is larger than 2 GiB', stays)
    if (walker.feed(part) !== undefined) throw noVideo
    yield part
  }
  const verdict = walker.end()
  if (!verdict.ok) throw verdict.reason === 'incomplete' ? cutOff : noVideo
}

const stays = 'It stays behind the link; open it in a browser.'
const noVideo = new ItemProblem('The link leads to something else than a video', stays)
const cutOff = new ItemProblem('The file ends before the video does', `Try again later. ${stays}`)

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
  const fileName = videoExtension.test(name) ? name : `${name}.mp4`
  const stream = transport.toReadable(download.body)
  return await context.helpers.prepareBinaryData(stream, fileName, mimeType)
}

// A title may have a dot, as in "Episode 1.5".
const videoExtension = /\.(mp4|m4v|mov|webm|mkv)$/i

function nameAfter(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? ''
  return videoExtension.test(last) ? last : 'video.mp4'
}
