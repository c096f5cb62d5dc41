// A video is kept as long as promised and then forgotten by its own alarm: bytes, log and all.

import { expect, test } from 'vitest'
import { startSite } from './startSite.ts'
import { submitVideo } from './submitVideo.ts'

test('after its time a video is gone, says so, and can be made again', async () => {
  // Nine seconds; the shortest retention there is.
  const site = await startSite({ vars: { RETENTION_DAYS: '0.0001' } })
  try {
    const { id, video } = await submitVideo(site, 'short-lived')
    expect((await fetch(video?.url ?? '')).status).toBe(200)
    const bucket = await site.gateway.miniflare.getR2Bucket('VIDEOS')
    expect((await bucket.list()).objects).toHaveLength(1)

    // Nobody asks for it meanwhile: only its alarm can do this.
    await expect
      .poll(async () => (await bucket.list()).objects.length, { timeout: 30_000, interval: 200 })
      .toBe(0)
    await expect.poll(async () => (await site.get(`/v1/videos/${id}`)).status).toBe(410)
    expect(await (await site.get(`/v1/videos/${id}`)).json()).toMatchObject({
      error: { code: 'video_expired' },
    })
    expect((await fetch(video?.url ?? '')).status).toBe(404)
    expect(await (await site.get('/v1/videos')).json()).toMatchObject({ data: [] })
    const again = await submitVideo(site, 'short-lived')
    expect(again.video?.status).toBe('completed')
    expect(again.id).not.toBe(id)
  } finally {
    await site.close()
  }
})
