// A load of different requests, every tenth of which meets a fault.

import type { VideoResource } from '../../shared/video/video.ts'
import type { Site } from './startSite.ts'
import { submitVideo } from './submitVideo.ts'

/** Faults that end a generation for good, charged or not. */
const faults = [
  'rst-after-request',
  'cut-at-progress',
  '500',
  'error-after-progress',
  'stall',
  '502',
  'clean-eof-no-done',
  '400',
] as const

interface Load {
  readonly prompt: string
  readonly video: VideoResource
}

interface FaultyLoad {
  readonly ends: readonly VideoResource[]
  /** What was sent or billed more often than it may be; a success is billed exactly once. */
  readonly wrongly: readonly string[]
  /** Once every generation was settled. */
  readonly usage: { readonly spent_usd: number; readonly held_usd: number }
}

export async function runFaultyLoad(site: Site, count: number): Promise<FaultyLoad> {
  const submitted = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const fault = n % 10 === 9 ? ` [fault:${faults[Math.floor(n / 10) % faults.length]}]` : ''
      const prompt = `load ${n}${fault}`
      const { video } = await submitVideo(site, prompt, { headers: { prefer: 'wait=300' } })
      if (video === null) throw new Error(`${prompt} was refused`)
      return { prompt, video }
    }),
  )
  const usage = await readSettledUsage(site, count)
  return {
    ends: submitted.map(({ video }) => video),
    wrongly: submitted.flatMap((load) => tellWrongPayment(site, load)),
    usage,
  }
}

/** By prompt: in a sum, a fault that costs nothing would make up for what was paid twice. */
function tellWrongPayment(site: Site, { prompt, video }: Load): string[] {
  const posts = site.relay.postsOf(prompt)
  const bills = site.relay.billed.filter((job) => job.prompt === prompt).length
  const isRight = posts === 1 && (video.status === 'completed' ? bills === 1 : bills <= 1)
  return isRight ? [] : [`${prompt}: ${video.status}, sent ${posts} times, billed ${bills} times`]
}

/** Accounts learn of an end a moment after its readers. */
async function readSettledUsage(site: Site, count: number): Promise<FaultyLoad['usage']> {
  for (;;) {
    const usage = (await (await site.get('/v1/usage')).json()) as {
      key: FaultyLoad['usage']
      days: { generations: number }[]
    }
    const settled = usage.days.reduce((sum, day) => sum + day.generations, 0)
    if (settled >= count) return usage.key
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
