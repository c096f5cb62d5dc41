// Stop in a real n8n, at every moment: nothing is ordered after it, and what is under way is cancelled.

import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'

import { refusals } from '../../relay/refusals.ts'
import { n8nVersions } from './installN8n.ts'
import {
  findN8n,
  listVideos,
  manual,
  openSite,
  reelay,
  storeCredential,
  type Site,
} from './site.ts'
import { lineUp, runManually, until, untilStatus } from './workflows.ts'

// n8n's longest pause between two tries: whatever is slow here, Stop comes before it has passed.
const pauseMs = 5000
const afterwardsMs = pauseMs + 2000

for (const version of n8nVersions) {
  const found = await findN8n(version)
  const skip = found instanceof Error ? found.message : false
  let site: Site

  describe(`n8n ${version}: Stop`, { skip }, () => {
    before(async () => {
      site = await openSite(found)
      await site.start()
      const data = { baseUrl: site.proxy.origin, apiKey: site.apiKey }
      site.credentials = {
        reelay: await storeCredential(site, 'Reelay', 'reelayApi', data),
        openAi: '',
      }
    })
    beforeEach(() => {
      site.relay.reset()
      site.intervene = () => null
    })
    after(async () => await site?.close())

    const ordersNow = () => site.proxy.asked.filter((one) => one === 'POST /v1/videos').length
    const run = async (name: string, fields: object, more: object = {}) => {
      const node = reelay({ prompt: `${name} [slow:600000]`, ...fields }, more)
      return await runManually(site.n8n, lineUp(name, [manual, node], site.credentials))
    }
    const isAsked = async (what: string, before: number) =>
      await until(async () => {
        const count = site.proxy.asked.filter((one) => one === what).length
        return count > before ? count : null
      }, what)
    /** Every such request is answered only once this is called. */
    const hold = (what: string) => {
      let release = () => {}
      const held = new Promise<void>((resolve) => (release = resolve))
      site.intervene = (asked) => (asked === what ? { held } : null)
      return release
    }
    /** Stops it; nothing is ordered or paid afterwards. */
    const stop = async (execution: string, release = () => {}) => {
      const [orders, paid] = [ordersNow(), site.relay.requests.length]
      await site.n8n.rest('POST', `/executions/${execution}/stop`)
      release()
      await untilStatus(site.n8n, execution, ['canceled'])
      await new Promise((resolve) => setTimeout(resolve, afterwardsMs))
      assert.deepEqual([ordersNow(), site.relay.requests.length], [orders, paid])
    }
    const statusOf = async (name: string) =>
      (await listVideos(site)).find(({ prompt }) => prompt.startsWith(name))?.status

    for (const waitBy of ['streaming', 'parking', 'none']) {
      test(`while it is asked whether it is a gateway (${waitBy})`, async () => {
        const release = hold('GET /health')
        const before = site.proxy.asked.filter((one) => one === 'GET /health').length
        const execution = await run(`health ${waitBy}`, { waitBy })
        await isAsked('GET /health', before)
        await stop(execution, release)
        assert.equal(await statusOf(`health ${waitBy}`), undefined)
      })
    }

    test('while the order is on its way: the video is cancelled', async () => {
      const release = hold('POST /v1/videos')
      const before = ordersNow()
      const execution = await run('order', {})
      await isAsked('POST /v1/videos', before)
      await site.n8n.rest('POST', `/executions/${execution}/stop`)
      release()
      const cancelled = async () => ((await statusOf('order')) === 'failed' ? true : null)
      assert.ok(await until(cancelled, 'the video to be cancelled'))
      assert.equal(ordersNow(), before + 1)
      assert.match(site.n8n.log(), /Stopped\. Video video_\w+: The video was cancelled, too\./)
    })

    test('while it is followed: the video is cancelled', async () => {
      const execution = await run('followed', {})
      await until(async () => (site.relay.requests.length > 0 ? true : null), 'the relay')
      await untilStatus(site.n8n, execution, ['running'])
      await stop(execution)
      assert.equal(await statusOf('followed'), 'failed')
    })

    test('in the pause of Retry On Fail: none of its tries pays', async () => {
      const refused = () => refusals['moderation']()
      site.relay.queueScenarios(refused, refused, refused, refused)
      const settings = { retryOnFail: true, maxTries: 4, waitBetweenTries: pauseMs }
      const execution = await run('pause', {}, settings)
      const failed = async () => ((await statusOf('pause')) === 'failed' ? true : null)
      await until(failed, 'the first try to fail')
      await stop(execution)
      assert.equal(site.relay.billed.length, 0)
    })

    // n8n tells nobody of it; the panel says so.
    test('while it sleeps: nothing is ordered, and the video goes on', async () => {
      const execution = await run('asleep', { waitBy: 'parking' })
      await untilStatus(site.n8n, execution, ['waiting'])
      await until(async () => (site.relay.requests.length > 0 ? true : null), 'the relay')
      await stop(execution)
      assert.equal(await statusOf('asleep'), 'in_progress')
    })

    test('a call before the video has ended wakes nobody', async () => {
      const execution = await run('early', { waitBy: 'parking' })
      await untilStatus(site.n8n, execution, ['waiting'])
      const url = `${site.home.url}/webhook-waiting/${execution}`
      const { status } = await fetch(url, { method: 'POST' })
      // n8n 2 signs the address itself.
      assert.equal(status, version === '1.123.81' ? 409 : 401)
      await untilStatus(site.n8n, execution, ['waiting'])
      await stop(execution)
    })
  })
}
