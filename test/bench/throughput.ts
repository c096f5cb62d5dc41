// How much one isolate serves: answers from cache, status reads, stored bytes; each against the least
// a Worker can do for it.

import { AT_ONCE } from './benchRelay.ts'
import { createPool, drain, loadWith, send } from './http.ts'
import type { Pace } from './measure.ts'
import { median, medianRatio, takeTurns } from './measure.ts'
import type { Row } from './row.ts'
import { atLeast, toCount, toTimes } from './row.ts'
import type { Site } from './site.ts'

/** Requests under way at once: enough to keep one thread busy, too few to measure a queue. */
const WIDTH = 16
const section = 'One stream, one gateway'

export async function measureThroughput(site: Site, pace: Pace): Promise<Row[]> {
  const { gateway, baseline } = site
  const pool = createPool(WIDTH)
  const headers = { authorization: `Bearer ${site.key}`, 'content-type': 'application/json' }
  const count = pace.isQuick ? 150 : 600
  const rounds = pace.isQuick ? 5 : 15

  const order = (prompt: string) => JSON.stringify({ model: 'sora-2', prompt })
  const known = `${AT_ONCE}: a kite`
  const id = await completeVideo(site, known)
  const load = (ask: Parameters<typeof send>[1]) => () =>
    loadWith(WIDTH, count, async () => await drain(await send(pool, ask)))

  const rates = await takeTurns(rounds, {
    status: load({ url: `${gateway.url}/v1/videos/${id}`, headers }),
    cached: load({
      method: 'POST',
      url: `${gateway.url}/v1/videos`,
      headers,
      body: order(known),
    }),
    object: load({ url: `${baseline.url}/v1/object` }),
  })

  const bytes = Buffer.alloc(site.videoBytes, 7)
  await drain(await send(pool, { method: 'PUT', url: `${baseline.url}/v1/stored`, body: bytes }))
  const reads = pace.isQuick ? 4 : 10
  const readAll = (url: string, asked: Record<string, string>) => async () => {
    const perSecond = await loadWith(2, reads, async () => {
      await drain(await send(pool, { url, headers: asked }))
    })
    return (perSecond * site.videoBytes) / 1e6
  }
  const content = await takeTurns(rounds, {
    ours: readAll(`${gateway.url}/v1/videos/${id}/content`, headers),
    bare: readAll(`${baseline.url}/v1/stored`, {}),
  })

  pool.destroy()

  const overObject = medianRatio(rates.status, rates.object)
  const overBytes = medianRatio(content.ours, content.bare)
  return [
    {
      section,
      what: 'status reads',
      ours: toCount(median(rates.status), '/s'),
      against: `${toCount(median(rates.object), '/s')} (bare Durable Object read)`,
      verdict: toTimes(overObject),
      target: atLeast(0.7, overObject),
    },
    {
      section,
      what: 'cached answers (POST of a known request)',
      ours: toCount(median(rates.cached), '/s'),
      against: `${toCount(median(rates.object), '/s')} (bare Durable Object read)`,
      verdict: toTimes(medianRatio(rates.cached, rates.object)),
      target: null,
    },
    {
      section,
      what: `stored video, ${(site.videoBytes / 2 ** 20).toFixed(0)} MiB`,
      ours: toCount(median(content.ours), 'MB/s'),
      against: `${toCount(median(content.bare), 'MB/s')} (bare R2 read)`,
      verdict: toTimes(overBytes),
      target: null,
    },
  ]
}

/** A stored video; its id. */
export async function completeVideo({ gateway, key }: Site, prompt: string): Promise<string> {
  const response = await gateway.fetch('/v1/videos', key, {
    method: 'POST',
    headers: { prefer: 'wait=60' },
    body: JSON.stringify({ model: 'sora-2', prompt }),
  })
  const video = (await response.json()) as { id: string; status: string }
  if (video.status !== 'completed') throw new Error(`the video is ${video.status}`)
  return video.id
}
