// The packed node in a real n8n, against the real gateway: what only the whole can show. Runs in
// minutes on a machine that has never seen n8n, in about a minute afterwards.

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { startGateway, type RunningGateway } from '../../gateway/startGateway.ts'
import { startRelaySimulator, type RelaySimulator } from '../../relay/relaySimulator.ts'
import { speakDialect } from '../../relay/scenario.ts'
import { wait, type Script } from '../../relay/script.ts'
import { startCallbackServer, type CallbackServer } from '../callbackServer.ts'
import { packNode } from '../packNode.ts'
import { generateParameters, type GenerateFields } from '../panel.ts'
import { startTap, type Tap } from '../tap.ts'
import { createHome, runCli, startN8n, type N8nHome, type N8nServer } from './n8nServer.ts'
import { installN8n, NoRoomError, type N8nInstallation } from './installN8n.ts'
import {
  latestExecution,
  lineUp,
  publish,
  readExample,
  runManually,
  until,
  untilEnded,
  untilStatus,
  type Credentials,
  type WorkflowNode,
} from './workflows.ts'

// The one reason to skip: this machine cannot hold an n8n.
const installation: N8nInstallation | NoRoomError = await installN8n().catch((error: unknown) => {
  if (error instanceof NoRoomError) return error
  throw error
})

let folder: string
let relay: RelaySimulator
let tap: Tap
let gateway: RunningGateway
let upload: CallbackServer
let home: N8nHome
let n8n: N8nServer
let apiKey: string
let credentials: Credentials

const manual = { name: 'Start', type: 'n8n-nodes-base.manualTrigger' }

function reelay(fields: GenerateFields): Partial<WorkflowNode> {
  return { name: 'Reelay', type: 'n8n-nodes-reelay.reelay', parameters: generateParameters(fields) }
}

function webhook(path: string, responseMode: string): Partial<WorkflowNode> {
  const parameters = { httpMethod: 'POST', path, responseMode, options: {} }
  const type = 'n8n-nodes-base.webhook'
  return { name: 'Webhook', type, typeVersion: 2.1, webhookId: path, parameters }
}

/** Routes are there a moment after a workflow is published. */
async function call(path: string, body: object = {}): Promise<Response> {
  return await until(async () => {
    const response = await fetch(`${home.url}/webhook/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return response.status === 404 ? null : response
  }, `the webhook ${path}`)
}

async function listVideos(): Promise<{ id: string; status: string; prompt: string }[]> {
  const response = await gateway.fetch('/v1/videos', apiKey)
  return ((await response.json()) as { data: { id: string; status: string; prompt: string }[] })
    .data
}

/** The relay's answer, which stays after its first bytes for as long as it is held. */
function* hold(script: Script, isHeld: () => boolean): Script {
  let steps = 0
  for (const step of script) {
    yield step
    // Head, bill and the first words: the gateway knows by then that it has begun.
    if (++steps === 3) while (isHeld()) yield wait(100)
  }
}

async function listEndpoints(): Promise<{ url: string }[]> {
  const response = await gateway.fetch('/v1/webhook_endpoints', apiKey)
  return ((await response.json()) as { data: { url: string }[] }).data
}

interface Item {
  json: Record<string, unknown>
  binary: { data: { id: string; mimeType: string } }
}

function n8nOf(found: N8nInstallation | NoRoomError): N8nInstallation {
  if (found instanceof NoRoomError) throw found
  return found
}

describe(
  'a real n8n',
  { skip: installation instanceof NoRoomError ? installation.message : false },
  () => {
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'reelay-n8n-'))
      relay = await startRelaySimulator()
      tap = await startTap(relay.origin)
      gateway = await startGateway({
        relay: { ...relay, baseUrl: `${tap.origin}/v1` },
        everyHost: false,
      })
      upload = await startCallbackServer()
      apiKey = (await gateway.createKey()).key
      home = await createHome(n8nOf(installation), folder, await packNode(folder))
    })

    after(async () => {
      await n8n?.stop()
      for (const part of [gateway, tap, relay, upload]) await part?.close()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    })

    test('the command line runs a workflow and leaves the video on disk', async () => {
      const credential = {
        id: 'cli0000000000000',
        name: 'Reelay',
        type: 'reelayApi',
        data: { baseUrl: gateway.url, apiKey },
      }
      const ids = { reelay: credential.id, openAi: '' }
      const id = 'clirun0000000000'
      const workflow = {
        ...lineUp('cli', [manual, reelay({ prompt: 'cli' })], ids),
        id,
        active: false,
      }
      const files = { credential: join(folder, 'c.json'), workflow: join(folder, 'w.json') }
      await writeFile(files.credential, JSON.stringify([credential]))
      await writeFile(files.workflow, JSON.stringify(workflow))
      await runCli(n8nOf(installation), home, 'import:credentials', `--input=${files.credential}`)
      await runCli(n8nOf(installation), home, 'import:workflow', `--input=${files.workflow}`)
      const { stdout } = await runCli(
        n8nOf(installation),
        home,
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
      const bytes = await readFile(join(folder, '.n8n/storage', path))
      assert.equal(bytes.subarray(4, 8).toString('latin1'), 'ftyp')
    })

    test('n8n starts, and knows a good credential from a bad one', async () => {
      n8n = await startN8n(n8nOf(installation), home)
      const create = async (name: string, type: string, data: object) =>
        (await n8n.rest<{ id: string }>('POST', '/credentials', { name, type, data })).id
      credentials = {
        reelay: await create('Reelay', 'reelayApi', { baseUrl: `${gateway.url}/v1/`, apiKey }),
        openAi: await create('OpenAI', 'openAiApi', { apiKey, url: `${gateway.url}/v1` }),
      }
      const ask = async (baseUrl: string, key: string) => {
        const data = { baseUrl, apiKey: key }
        const body = { credentials: { id: credentials.reelay, name: 'x', type: 'reelayApi', data } }
        return await n8n.rest<{ status: string; message: string }>(
          'POST',
          '/credentials/test',
          body,
        )
      }
      for (const baseUrl of [
        gateway.url,
        `${gateway.url}/`,
        `${gateway.url}/v1/videos`,
        relay.origin,
      ]) {
        const key = baseUrl === relay.origin ? relay.apiKey : apiKey
        assert.equal((await ask(baseUrl, key)).status, 'OK', baseUrl)
      }
      const refused = await ask(gateway.url, 'wrong')
      assert.equal(refused.status, 'Error')
      assert.match(refused.message, /refused the API key/)
      assert.match((await ask(`${gateway.url}/nowhere`, apiKey)).message, /no API at this base URL/)
    })

    test('a webhook answers with the video', async () => {
      await publish(
        n8n,
        lineUp('w', [webhook('w', 'lastNode'), reelay({ prompt: 'web' })], credentials),
      )
      const answer = (await (await call('w')).json()) as Record<string, unknown>
      assert.equal(answer['status'], 'completed')
      assert.match(String(answer['url']), new RegExp(`^${gateway.url}`))
    })

    test('a streaming webhook shows the percent while the video is made', async () => {
      const nodes = [webhook('s', 'streaming'), reelay({ prompt: 'stream' })]
      await publish(n8n, lineUp('s', nodes, credentials))
      const lines = (await (await call('s')).text()).split('\n').filter((line) => line !== '')
      const texts = lines.map((line) => (JSON.parse(line) as { content?: string }).content ?? '')
      assert.ok(
        texts.some((text) => /Generating… 36 %/.test(text)),
        texts.join('|'),
      )
    })

    test('a video that is not made ends the execution with what to do', async () => {
      const prompt = '[fail:guardrail]'
      const nodes = [webhook('e', 'lastNode'), reelay({ prompt })]
      const id = await publish(n8n, lineUp('e', nodes, credentials))
      await call('e')
      const execution = await until(() => latestExecution(n8n, id), 'the execution')
      const { status, error } = await untilEnded(n8n, execution)
      assert.equal(status, 'error')
      assert.match(error?.message ?? '', /^No video was made/)
      assert.match(error?.description ?? '', /Rephrase the prompt/)
    })

    test('Stop reaches the relay in less than two seconds', async () => {
      const prompt = 'long [slow:20000]'
      const nodes = [webhook('stop', 'onReceived'), reelay({ prompt })]
      const id = await publish(n8n, lineUp('stop', nodes, credentials))
      await call('stop')
      await until(async () => (relay.postsOf(prompt) > 0 ? true : null), 'the relay to be asked')
      const execution = await until(() => latestExecution(n8n, id), 'the execution')
      await untilStatus(n8n, execution, ['running'])
      await n8n.rest('POST', `/executions/${execution}/stop`)
      const deadline = new Promise<string>((resolve) => setTimeout(resolve, 2000, 'late'))
      assert.equal(await Promise.race([tap.settled().then(() => 'closed'), deadline]), 'closed')
      const [video] = await listVideos()
      assert.deepEqual([video?.prompt, video?.status], [prompt, 'failed'])
    })

    test('a parked execution survives a restart of n8n', async () => {
      let isHeld = true
      relay.queueScenarios((given) => hold(speakDialect('D1')(given), () => isHeld))
      const nodes = [webhook('park', 'onReceived'), reelay({ prompt: 'parked', waitBy: 'parking' })]
      const id = await publish(n8n, lineUp('park', nodes, credentials))
      await call('park')
      const execution = await until(() => latestExecution(n8n, id), 'the execution')
      await untilStatus(n8n, execution, ['waiting'])
      await n8n.stop()
      n8n = await startN8n(n8nOf(installation), home)
      isHeld = false
      const { status, items } = await untilEnded(n8n, execution)
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
      const id = await publish(n8n, lineUp('t', [trigger], credentials))
      // n8n activates a moment after it has published.
      const endpoint = await until(async () => (await listEndpoints())[0] ?? null, 'the endpoint')
      assert.ok(endpoint.url.startsWith(home.url), endpoint.url)
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
      assert.equal(await latestExecution(n8n, id), null)
      await gateway.fetch('/v1/videos', apiKey, {
        method: 'POST',
        body: JSON.stringify({ prompt: 'triggered' }),
      })
      const execution = await until(() => latestExecution(n8n, id), 'the trigger')
      const { items } = await untilEnded(n8n, execution)
      assert.equal(items('Trigger')[0]?.json['prompt'], 'triggered')
      await n8n.rest('POST', `/workflows/${id}/deactivate`, {})
      await until(async () => ((await listEndpoints()).length === 0 ? true : null), 'its removal')
    })

    test('example: a prompt becomes a video and is uploaded', async () => {
      const example = await readExample('prompt-to-upload.json', credentials)
      const text = JSON.stringify(example).replace(
        'https://example.com/uploads/',
        `${upload.origin}/`,
      )
      const id = await runManually(n8n, JSON.parse(text) as typeof example)
      const { status } = await untilEnded(n8n, id)
      assert.equal(status, 'success')
      const { path, headers, body } = await upload.take()
      assert.match(path, /^\/video_\w+\.mp4$/)
      assert.equal(headers['content-type'], 'video/mp4')
      assert.ok(body.includes('ftyp'))
    })

    test('example: a sheet of prompts, with the failed row on its own branch', async () => {
      const example = await readExample('sheet-in-parallel.json', credentials)
      const text = JSON.stringify(example).replace(
        'A market in Lisbon',
        '[fail:guardrail] A market',
      )
      const id = await runManually(n8n, JSON.parse(text) as typeof example)
      const { status, items } = await untilEnded(n8n, id)
      assert.equal(status, 'success')
      assert.deepEqual(
        items('Finished').map(({ json }) => json['row']),
        [1, 3],
      )
      const [look] = items('Look at these')
      assert.equal(look?.json['row'], 2)
      assert.match(String(look.json['advice']), /Rephrase/)
      assert.equal(items('Reelay')[0]?.binary?.['data']?.fileName, 'row-1.mp4')
    })

    test('example: sleep until the video is there', async () => {
      const id = await runManually(n8n, await readExample('parked-with-callback.json', credentials))
      const { status, items } = await untilEnded(n8n, id)
      assert.equal(status, 'success')
      assert.equal(items('Video')[0]?.json['status'], 'completed')
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
      const id = await runManually(n8n, lineUp('openai', [manual, openAi], credentials))
      const { status, items, error } = await untilEnded(n8n, id)
      assert.equal(status, 'success', error?.message)
      assert.equal(items('OpenAI')[0]?.binary?.['data']?.mimeType, 'video/mp4')
    })

    test('no log of n8n holds the key', () => {
      assert.ok(!n8n.log().includes(apiKey))
    })
  },
)
