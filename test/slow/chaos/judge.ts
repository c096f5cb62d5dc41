// What must be true when all is over, asked of the gateway by its own API and compared with what the
// relay, the readers and the receivers of webhooks have seen. Gives sentences, one for each violation.

import { createHash } from 'node:crypto'
import type { WireEvent } from '../../../shared/video/events.ts'
import { isTerminal } from '../../../shared/video/events.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import { readWhole } from '../../relay/media/mp4.ts'
import { mediaFor } from '../../relay/media/serve.ts'
import { readLog } from '../../worker/readEvents.ts'
import type { ChaosSite } from './chaosSite.ts'
import type { Order } from './customer.ts'
import type { Fate } from './fates.ts'

export const PRICE_USD = 0.4

export async function judge(
  site: ChaosSite,
  orders: readonly Order[],
  fateOf: (prompt: string) => Fate,
): Promise<string[]> {
  const broken: string[] = []
  for (const one of orders) {
    const claim = (holds: boolean, promise: string) => {
      if (!holds) broken.push(`${one.prompt} (${fateOf(one.prompt).name}): ${promise}`)
    }
    checkLog(await fetchLog(site, one.id), one, claim)
    checkTold(site, one, await fetchVideo(site, one.id), claim)
  }
  const videos = await listAll(site)
  for (const video of videos) {
    const { id, prompt } = video
    const fate = prompt === null ? null : fateOf(prompt)
    const claim = (holds: boolean, promise: string) => {
      if (!holds) broken.push(`${id}, ${prompt} (${fate?.name}): ${promise}`)
    }
    claim(site.reported.has(id), 'a line of the log tells of its end')
    checkPayment(site, video, claim)
    // Abandoned: its request never arrived, and nobody was told that it exists.
    const mostPosts = fate === null ? 0 : fate.isRefusedOnce ? 2 : 1
    const posts = site.posts.filter((post) => post.id === id).length
    claim(posts <= mostPosts, `sent at most ${mostPosts} times, not ${posts}`)
    if (video.status === 'completed') await checkContent(site, video, claim)
  }
  const { spent, held } = await readBooks(site)
  const [certain, possible] = (['certain', 'possible'] as const).map(
    (charge) => videos.filter((video) => video.charge === charge).length * PRICE_USD,
  )
  if (!isEqual(spent, certain)) broken.push(`${spent} USD spent, ${certain} certain`)
  if (!isEqual(held, possible)) broken.push(`${held} USD held, ${possible} possible`)
  return broken
}

type Claim = (holds: boolean, promise: string) => void

function checkLog(log: readonly WireEvent[], { logs }: Order, claim: Claim): void {
  const ends = log.filter(isTerminal)
  claim(ends.length === 1 && ends[0] === log.at(-1), 'one terminal event, the last one')
  claim(
    log.every(({ offset }, index) => offset === index + 1),
    'offsets from 1 on without a gap',
  )
  const told = log.map(toFact)
  for (const seen of logs) {
    claim(seen.map(toFact).join('\n') === told.join('\n'), 'every reader saw the same')
  }
}

function checkTold(site: ChaosSite, { prompt, id }: Order, video: VideoResource, claim: Claim) {
  const told = site.told.filter((one) => one.prompt === prompt)
  claim(told.length > 0, 'its webhook was told')
  claim(new Set(told.map(({ webhookId }) => webhookId)).size <= 1, 'told under one webhook id')
  claim(
    told.every(({ videoId }) => videoId === id),
    'nothing was told of an id that nobody knows',
  )
  claim(
    told.every(({ type }) => type === `video.${video.status}`),
    `told as what it is: ${video.status}`,
  )
}

function checkPayment(site: ChaosSite, video: VideoResource, claim: Claim): void {
  const posts = site.posts.filter(({ id }) => id === video.id)
  const billed = posts.filter(({ job }) => site.relay.billed.includes(job))
  claim(billed.length <= 1, `billed once, not ${billed.length} times`)
  claim(billed.length === 0 || video.charge !== 'none', 'what was billed is not called free')
  claim(video.status !== 'completed' || billed.length === 1, 'a video was paid for')
  claim(video.status === 'completed' || video.status === 'failed', `ended, not ${video.status}`)
}

async function checkContent(site: ChaosSite, { id }: VideoResource, claim: Claim): Promise<void> {
  const job = site.posts.find((post) => post.id === id && site.relay.billed.includes(post.job))?.job
  const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
  const sent = hash(readWhole(mediaFor(new URL(job?.videoUrl ?? 'https://nowhere.example'))))
  const got = await site.ask(`/v1/videos/${id}/content`, {}, async (answer) => ({
    etag: answer.headers.get('etag'),
    hash: hash(new Uint8Array(await answer.arrayBuffer())),
  }))
  claim(got.hash === sent && got.etag === `"${sent}"`, 'content and ETag are those of the host')
}

const fetchLog = (site: ChaosSite, id: string) => site.ask(`/v1/videos/${id}/events`, {}, readLog)

export const fetchVideo = (site: ChaosSite, id: string) =>
  site.ask(`/v1/videos/${id}`, {}, async (answer) => (await answer.json()) as VideoResource)

async function listAll(site: ChaosSite): Promise<VideoResource[]> {
  const videos: VideoResource[] = []
  for (;;) {
    const after = videos.at(-1)?.id
    const path = `/v1/videos?limit=100${after === undefined ? '' : `&after=${after}`}`
    const page = await site.ask(
      path,
      {},
      async (answer) => (await answer.json()) as { data: VideoResource[]; has_more: boolean },
    )
    videos.push(...page.data)
    if (!page.has_more) return videos
  }
}

export async function readBooks(site: ChaosSite): Promise<{ spent: number; held: number }> {
  const { key } = await site.ask(
    '/v1/usage',
    {},
    async (answer) => (await answer.json()) as { key: { spent_usd: number; held_usd: number } },
  )
  return { spent: key.spent_usd, held: key.held_usd }
}

function isEqual(one: number, other: number | undefined): boolean {
  return Math.abs(one - (other ?? 0)) < 1e-6
}

/** Links are signed afresh for each reader; everything else never changes. */
function toFact(event: WireEvent): string {
  return event.type === 'completed'
    ? `${event.offset} completed ${event.video.id}`
    : JSON.stringify(event)
}
