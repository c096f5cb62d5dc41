// The packed node in a real n8n, against the real gateway: what only the whole can show. Runs in
// minutes on a machine that has never seen n8n, in about a minute afterwards.

import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { speakDialect } from '../../relay/scenario.ts'
import { wait, type Script } from '../../relay/script.ts'
import { n8nVersions } from './installN8n.ts'
import { binaryFolders, runCli } from './n8nServer.ts'
import {
  call,
  findN8n,
  listVideos,
  manual,
  openSite,
  reelay,
  storeCredential,
  webhook,
  type Site,
} from './site.ts'
import {
  latestExecution,
  lineUp,
  publish,
  runManually,
  until,
  untilEnded,
  untilStatus,
} from './workflows.ts'

/** The relay's answer, which stays after its first bytes for as long as it is held. */
function* hold(script: Script, isHeld: () => boolean): Script {
  let steps = 0
  for (const step of script) {
    yield step
    // Head, bill and the first words: the gateway knows by then that it has begun.
    if (++steps === 3) while (isHeld()) yield wait(100)
  }
}

async function listEndpoints({ gateway, apiKey }: Site): Promise<{ url: string }[]> {
  const response = await gateway.fetch('/v1/webhook_endpoints', apiKey)
  return ((await response.json()) as { data: { url: string }[] }).data
}

interface Item {
  json: Record<string, unknown>
  binary: { data: { id: string; mimeType: string } }
}

for (const version of n8nVersions) {
  const found = await findN8n(version)
  const skip = found instanceof Error ? found.message : false
  let site: Site

  describe(`n8n ${version}`, { skip }, () => {
    before(async () => {
      site = await openSite(found)
    })
    after(async () => await site?.close())

    test('the command line runs a workflow and leaves the video on disk', async () => {
      const credential = {
        id: 'cli0000000000000',
        name: 'Reelay',
        type: 'reelayApi',
        data: { baseUrl: site.gateway.url, apiKey: site.apiKey },
      }
      const ids = { reelay: credential.id, openAi: '' }
      const id = 'clirun0000000000'
      const workflow = {
        ...lineUp('cli', [manual, reelay({ prompt: 'cli' })], ids),
        id,
        active: false,
      }
      const files = {
        credential: join(site.folder, 'c.json'),
        workflow: join(site.folder, 'w.json'),
      }
      await writeFile(files.credential, JSON.stringify([credential]))
      await writeFile(files.workflow, JSON.stringify(workflow))
      await runCli(
        site.installation,
        site.home,
        'import:credentials',
        `--input=${files.credential}`,
      )
      await runCli(site.installation, site.home, 'import:workflow', `--input=${files.workflow}`)
      const { stdout } = await runCli(
        site.installation,
        site.home,
        'execute',
        `--id=${id}`,
        '--rawOutput',
      )
      // n8n's own notices come before and after.
      const lines = stdout.split('\n')
      const json = lines.slice(lines.indexOf('{'), lines.indexOf('}') + 1).join('\n')
      const run = JSON.parse(json) as {
        data: { resultData: { runData: Record<string, { data: { main: Item[][] } }[]> } }
      }
      const item = run.data.resultData.runData['Reelay']?.[0]?.data.main[0]?.[0]
      assert.equal(item?.json['status'], 'completed')
      assert.equal(item.binary.data.mimeType, 'video/mp4')
      const [, path = ''] = item.binary.data.id.split(':')
      const bytes = await readFile(join(site.folder, binaryFolders[version], path))
      assert.equal(bytes.subarray(4, 8).toString('latin1'), 'ftyp')
    })

    test('n8n starts, and knows a good credential from a bad one', async () => {
      await site.start()
      const { url } = site.gateway
      const { apiKey } = site
      site.credentials = {
        reelay: await storeCredential(site, 'Reelay', 'reelayApi', {
          baseUrl: `${url}/v1/`,
          apiKey,
        }),
        openAi: await storeCredential(site, 'OpenAI', 'openAiApi', { apiKey, url: `${url}/v1` }),
      }
      const ask = async (baseUrl: string, key: string) => {
        const data = { baseUrl, apiKey: key }
        const body = {
          credentials: { id: site.credentials.reelay, name: 'x', type: 'reelayApi', data },
        }
        return await site.n8n.rest<{ status: string; message: string }>(
          'POST',
          '/credentials/test',
          body,
        )
      }
      for (const baseUrl of [
        site.gateway.url,
        `${site.gateway.url}/`,
        `${site.gateway.url}/v1/videos`,
        site.relay.origin,
      ]) {
        const key = baseUrl === site.relay.origin ? site.relay.apiKey : site.apiKey
        assert.equal((await ask(baseUrl, key)).status, 'OK', baseUrl)
      }
      const refused = await ask(site.gateway.url, 'wrong')
      assert.equal(refused.status, 'Error')
      assert.match(refused.message, /refused the API key/)
      assert.match(
        (await ask(`${site.gateway.url}/nowhere`, site.apiKey)).message,
        /no API at this base URL/,
      )
    })

    test('a webhook answers with the video', async () => {
      await publish(
        site.n8n,
        lineUp('w', [webhook('w', 'lastNode'), reelay({ prompt: 'web' })], site.credentials),
      )
      const answer = (await (await call(site, 'w')).json()) as Record<string, unknown>
      assert.equal(answer['status'], 'completed')
      assert.match(String(answer['url']), new RegExp(`^${site.gateway.url}`))
    })

    test('a streaming webhook shows the percent while the video is made', async () => {
      const nodes = [webhook('s', 'streaming'), reelay({ prompt: 'stream' })]
      await publish(site.n8n, lineUp('s', nodes, site.credentials))
      const lines = (await (await call(site, 's')).text()).split('\n').filter((line) => line !== '')
      const texts = lines.map((line) => (JSON.parse(line) as { content?: string }).content ?? '')
      assert.ok(
        texts.some((text) => /Generating… 36 %/.test(text)),
        texts.join('|'),
      )
    })

    test('a video that is not made ends the execution with what to do', async () => {
      const prompt = '[fail:guardrail]'
      const nodes = [webhook('e', 'lastNode'), reelay({ prompt })]
      const id = await publish(site.n8n, lineUp('e', nodes, site.credentials))
      await call(site, 'e')
      const execution = await until(() => latestExecution(site.n8n, id), 'the execution')
      const { status, error } = await untilEnded(site.n8n, execution)
      assert.equal(status, 'error')
      assert.match(error?.message ?? '', /^No video was made/)
      assert.match(error?.description ?? '', /Rephrase the prompt/)
    })

    test('Stop reaches the relay', async () => {
      // Far longer than anything here waits, so that the connection does not end by itself.
      const prompt = 'long [slow:600000]'
      const nodes = [webhook('stop', 'onReceived'), reelay({ prompt })]
      const id = await publish(site.n8n, lineUp('stop', nodes, site.credentials))
      await call(site, 'stop')
      await until(
        async () => (site.relay.postsOf(prompt) > 0 ? true : null),
        'the relay to be asked',
      )
      const execution = await until(() => latestExecution(site.n8n, id), 'the execution')
      await untilStatus(site.n8n, execution, ['running'])
      await site.n8n.rest('POST', `/executions/${execution}/stop`)
      await until(async () => (site.tap.open === 0 ? true : null), 'the relay to be left')
      const [video] = await listVideos(site)
      assert.deepEqual([video?.prompt, video?.status], [prompt, 'failed'])
    })

    test('a parked execution survives a restart of n8n', async () => {
      let isHeld = true
      site.relay.queueScenarios((given) => hold(speakDialect('D1')(given), () => isHeld))
      const nodes = [webhook('park', 'onReceived'), reelay({ prompt: 'parked', waitBy: 'parking' })]
      const id = await publish(site.n8n, lineUp('park', nodes, site.credentials))
      await call(site, 'park')
      const execution = await until(() => latestExecution(site.n8n, id), 'the execution')
      await untilStatus(site.n8n, execution, ['waiting'])
      await site.n8n.stop()
      await site.start()
      isHeld = false
      const { status, items } = await untilEnded(site.n8n, execution)
      assert.equal(status, 'success')
      const [item] = items('Reelay')
      assert.equal(item?.json['status'], 'completed')
      assert.equal(item.binary?.['data']?.mimeType, 'video/mp4')
    })

    test('the trigger fires on a signed event and refuses a forged one', async () => {
      const trigger = {
        name: 'Trigger',
        type: 'n8n-nodes-reelay.reelayTrigger',
        webhookId: 'aaaaaaaa-0000-4000-8000-000000000001',
        parameters: { events: ['video.completed'], options: {} },
      }
      const id = await publish(site.n8n, lineUp('t', [trigger], site.credentials))
      // n8n activates a moment after it has published.
      const endpoint = await until(
        async () => (await listEndpoints(site))[0] ?? null,
        'the endpoint',
      )
      assert.ok(endpoint.url.startsWith(site.home.url), endpoint.url)
      const forged = await fetch(endpoint.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': 'evt_1',
          'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
          'webhook-signature': 'v1,AAAA',
        },
        body: JSON.stringify({ type: 'video.completed', data: { id: 'video_1' } }),
      })
      assert.equal(forged.status, 401)
      assert.equal(await latestExecution(site.n8n, id), null)
      await site.gateway.fetch('/v1/videos', site.apiKey, {
        method: 'POST',
        body: JSON.stringify({ prompt: 'triggered' }),
      })
      const execution = await until(() => latestExecution(site.n8n, id), 'the trigger')
      const { items } = await untilEnded(site.n8n, execution)
      assert.equal(items('Trigger')[0]?.json['prompt'], 'triggered')
      await site.n8n.rest('POST', `/workflows/${id}/deactivate`, {})
      await until(
        async () => ((await listEndpoints(site)).length === 0 ? true : null),
        'its removal',
      )
    })

    test("n8n's own OpenAI node makes a video through the gateway", async () => {
      const openAi = {
        name: 'OpenAI',
        type: '@n8n/n8n-nodes-langchain.openAi',
        typeVersion: 2.1,
        parameters: {
          resource: 'video',
          operation: 'generate',
          modelId: { __rl: true, mode: 'id', value: 'sora-2' },
          prompt: 'as before',
          seconds: 4,
          size: '1280x720',
          options: {},
        },
      }
      const id = await runManually(site.n8n, lineUp('openai', [manual, openAi], site.credentials))
      const { status, items, error } = await untilEnded(site.n8n, id)
      assert.equal(status, 'success', error?.message)
      assert.equal(items('OpenAI')[0]?.binary?.['data']?.mimeType, 'video/mp4')
    })

    test('no log of n8n holds the key', () => {
      assert.ok(!site.n8n.log().includes(site.apiKey))
    })
  })
}
