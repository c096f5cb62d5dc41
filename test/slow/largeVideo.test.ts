// A hundred megabytes from the relay's host through the archive to the caller, never held whole.

import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { mediaFor } from '../relay/media/serve.ts'
import { speakDialect } from '../relay/scenario.ts'
import { startSite } from '../worker/startSite.ts'
import { submitVideo } from '../worker/submitVideo.ts'

const BYTES = 100_000_000

test('100 MB arrive as they were sent', async () => {
  const site = await startSite()
  try {
    site.relay.setScenario((visit) => {
      const videoUrl = `${visit.job.videoUrl}&bytes=${BYTES}`
      return speakDialect('D1')({ ...visit, job: { ...visit.job, videoUrl } })
    })
    const startedAt = performance.now()
    const { video } = await submitVideo(site, 'a hundred', { headers: { prefer: 'wait=300' } })
    console.log(`100 MB archived in ${Math.round(performance.now() - startedAt)} ms`)
    expect(video?.status).toBe('completed')

    const sent = createHash('sha256')
    const media = mediaFor(new URL(site.relay.downloads[0]?.url ?? ''))
    for (const piece of media.read(0, media.size)) sent.update(piece)
    const got = createHash('sha256')
    const content = await fetch(video?.url ?? '')
    expect(content.headers.get('content-length')).toBe(String(BYTES))
    for await (const piece of content.body ?? []) got.update(piece)
    const hash = got.digest('hex')
    expect(hash).toBe(sent.digest('hex'))
    expect(content.headers.get('etag')).toBe(`"${hash}"`)
  } finally {
    await site.close()
  }
})
