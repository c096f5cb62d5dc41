// An object that only waits for a stream is evicted after 70 to 140 s; its heartbeat keeps it alive.
// Nobody reads along here, and the relay says nothing for longer than that.

import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { speakDialect } from '../relay/scenario.ts'
import { wait } from '../relay/script.ts'
import { startSite } from '../worker/startSite.ts'
import { startVideo, submitVideo } from '../worker/submitVideo.ts'

const SILENCE_MS = 170_000

test('a stream that is silent for three minutes, watched by nobody, is read to its end', async () => {
  const site = await startSite({ vars: { HEARTBEAT_MS: '30000', RELAY_SILENCE_MS: '300000' } })
  try {
    site.relay.setScenario(function* (visit) {
      for (const step of speakDialect('D1')(visit)) {
        yield step
        if (step.type === 'wait' && step.progress === 61) yield wait(SILENCE_MS)
      }
    })
    await startVideo(site, 'patience')
    await sleep(SILENCE_MS + 5_000)
    expect(site.relay.downloads).toHaveLength(1)
    const { video } = await submitVideo(site, 'patience')
    expect(video).toMatchObject({ status: 'completed' })
    expect(site.relay.postsFor(() => true)).toBe(1)
  } finally {
    await site.close()
  }
})
