// Every example of the package in a real n8n: imported, looked at as the editor looks at it, and run. What
// needs somebody's account at Google is replaced by rows that are pinned and by an upload to this machine.

import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'

import type {
  INodeParameters,
  INodeProperties,
  INodeTypeDescription,
  NodeHelpers,
} from 'n8n-workflow'

import { createImage } from '../../relay/media/image.ts'
import { startCallbackServer, type CallbackServer } from '../callbackServer.ts'
import { n8nVersions, type N8nInstallation } from './installN8n.ts'
import { runCli } from './n8nServer.ts'
import { call, findN8n, openSite, storeCredential, type Site } from './site.ts'
import { startModel, type Model } from './startModel.ts'
import {
  examples,
  latestExecution,
  publish,
  readExample,
  runManually,
  until,
  untilEnded,
  type StoredExecution,
  type WorkflowFile,
  type WorkflowNode,
} from './workflows.ts'

const files = (await readdir(examples)).filter((name) => name.endsWith('.json'))
/** What only the person can choose. */
const leftOpen: Readonly<Record<string, readonly string[]>> = {
  'sheet-to-drive.json': ['Rows: documentId', 'Rows: sheetName'],
}

/** What the editor says of a node: what is wrong with it, and what it would drop without a word. */
function inspect(
  { folder }: N8nInstallation,
  description: INodeTypeDescription,
  node: WorkflowNode,
): string[] {
  const require = createRequire(join(folder, 'node_modules/n8n/package.json'))
  const { NodeHelpers: helpers } = require('n8n-workflow') as { NodeHelpers: typeof NodeHelpers }
  const { properties } = description
  const given = node.parameters as INodeParameters
  const kept = helpers.getNodeParameters(properties, given, true, false, node as never, description)
  const read = { ...node, parameters: kept ?? {} } as never
  const issues = helpers.getNodeParametersIssues(properties, read, description)?.parameters ?? {}
  const strange = Object.entries(given)
    .filter(([name, value]) => !isOffered(properties, name, value))
    .map(([name, value]) => `${name} offers no ${String(value)}`)
  const remarks = [...Object.keys(issues), ...listDropped(given, kept), ...strange]
  return remarks.map((remark) => `${node.name}: ${remark}`)
}

/** Whether a list of the panel has this value; several fields may share a name. */
function isOffered(properties: readonly INodeProperties[], name: string, value: unknown): boolean {
  const lists = properties.filter((one) => one.name === name && one.type === 'options')
  const offered = lists.flatMap(({ options = [] }) => options)
  return offered.length === 0 || offered.some((one) => 'value' in one && one.value === value)
}

/** Every value that was given and is not kept, by its path. */
function listDropped(given: unknown, kept: unknown, path: readonly string[] = []): string[] {
  if (typeof given !== 'object' || given === null) {
    return given === kept ? [] : [`${path.join('.')} is dropped`]
  }
  const inside = typeof kept === 'object' && kept !== null ? kept : {}
  return Object.entries(given).flatMap(([name, value]) =>
    listDropped(value, Reflect.get(inside, name), [...path, name]),
  )
}

/** Puts the file of a node that uploads to somebody's account onto this machine instead. */
function uploadHere(workflow: WorkflowFile, name: string, origin: string): WorkflowFile {
  const upload: Partial<WorkflowNode> = {
    type: 'n8n-nodes-base.httpRequest',
    typeVersion: 4.2,
    parameters: {
      method: 'PUT',
      url: `=${origin}/{{ $binary.data.fileName }}`,
      sendBody: true,
      contentType: 'binaryData',
      inputDataFieldName: 'data',
      options: {},
    },
  }
  const nodes = workflow.nodes.map((node) => (node.name === name ? { ...node, ...upload } : node))
  return { ...workflow, nodes }
}

for (const version of n8nVersions) {
  const found = await findN8n(version)
  const skip = found instanceof Error ? found.message : false
  let site: Site
  let outside: CallbackServer
  let model: Model
  let known: readonly INodeTypeDescription[]

  describe(`n8n ${version}: the examples`, { skip }, () => {
    before(async () => {
      site = await openSite(found)
      outside = await startCallbackServer()
      model = await startModel()
      const { installation, home } = site
      await runCli(installation, home, 'import:workflow', '--separate', `--input=${examples}`)
      await site.start()
      known = await site.n8n.read('/types/nodes.json')
      const data = { baseUrl: site.gateway.url, apiKey: site.apiKey }
      const bot = { accessToken: '1:bot', baseUrl: outside.origin }
      site.credentials = {
        reelay: await storeCredential(site, 'Reelay', 'reelayApi', data),
        openAi: await storeCredential(site, 'Model', 'openAiApi', { apiKey: 'k', url: model.url }),
        telegram: await storeCredential(site, 'Telegram', 'telegramApi', bot),
      }
    })
    beforeEach(() => site.relay.reset())
    after(async () => {
      await site?.close()
      await outside?.close()
      await model?.close()
    })

    const read = async (file: string) => await readExample(file, site.credentials)
    const run = async (workflow: WorkflowFile) =>
      await succeeded(await runManually(site.n8n, workflow))
    /** How the one execution that a published workflow has begun by itself went. */
    const untilRun = async (workflowId: string) =>
      await succeeded(await until(() => latestExecution(site.n8n, workflowId), 'the execution'))
    const succeeded = async (execution: string): Promise<StoredExecution> => {
      const ended = await untilEnded(site.n8n, execution)
      assert.equal(ended.status, 'success', ended.error?.message)
      return ended
    }
    const takeUpload = async () => {
      const { path, headers, body } = await outside.take()
      assert.equal(headers['content-type'], 'video/mp4')
      assert.ok(body.includes('ftyp'))
      return path
    }

    test('the command line imports all of them', async () => {
      const stored = await site.n8n.rest<{ name: string }[]>('GET', '/workflows')
      const names = await Promise.all(files.map(async (file) => (await read(file)).name))
      assert.deepEqual(stored.map(({ name }) => name).toSorted(), names.toSorted())
    })

    for (const file of files) {
      test(`${file}: the editor knows every node and value, and finds nothing wrong`, async () => {
        const { nodes } = await read(file)
        const remarks = nodes.flatMap((node) => {
          const description = known.find(
            ({ name, version: versions }) =>
              name === node.type && [versions].flat().includes(node.typeVersion),
          )
          return description === undefined
            ? [`${node.name}: no ${node.type} of version ${node.typeVersion}`]
            : inspect(site.installation, description, node)
        })
        assert.deepEqual(remarks, leftOpen[file] ?? [])
      })
    }

    test('prompt-to-upload.json: a prompt becomes a video and is uploaded', async () => {
      const text = JSON.stringify(await read('prompt-to-upload.json'))
      const here = text.replace('https://example.com/uploads/', `${outside.origin}/`)
      await run(JSON.parse(here) as WorkflowFile)
      assert.match(await takeUpload(), /^\/video_\w+\.mp4$/)
    })

    test('sheet-in-parallel.json: the failed row leaves by its own branch', async () => {
      const text = JSON.stringify(await read('sheet-in-parallel.json'))
      const one = text.replace('A market in Lisbon', '[fail:guardrail] A market')
      const { items } = await run(JSON.parse(one) as WorkflowFile)
      const rows = items('Finished').map(({ json }) => json['row'])
      assert.deepEqual(rows, [1, 3])
      const [look] = items('Look at these')
      assert.equal(look?.json['row'], 2)
      assert.match(String(look.json['advice']), /Rephrase/)
      assert.equal(items('Reelay')[0]?.binary?.['data']?.fileName, 'row-1.mp4')
    })

    test('parked-with-callback.json: sleeps until the video is there', async () => {
      const { items } = await run(await read('parked-with-callback.json'))
      assert.equal(items('Video')[0]?.json['status'], 'completed')
    })

    test('sheet-to-drive.json: every row a file, named after it', async () => {
      const example = uploadHere(await read('sheet-to-drive.json'), 'Drive', outside.origin)
      const rows = ['a ship', '[fail:guardrail] a shark', 'a gull'].map((prompt, index) => ({
        json: { row_number: index + 2, prompt },
      }))
      const { items } = await run({ ...example, pinData: { Rows: rows } })
      assert.deepEqual([await takeUpload(), await takeUpload()], ['/row-2.mp4', '/row-4.mp4'])
      assert.match(String(items('Look at these')[0]?.json['message']), /^No video was made/)
    })

    test('telegram-video-bot.json: sends the video back, or why there is none', async () => {
      outside.answerWith({ status: 200, body: '{"ok":true,"result":{"url":""}}' })
      await publish(site.n8n, await read('telegram-video-bot.json'))
      assert.equal((await outside.take()).path, '/bot1:bot/getWebhookInfo')
      const registered = await outside.take()
      assert.equal(registered.path, '/bot1:bot/setWebhook')
      const hook = JSON.parse(registered.body) as { url: string; secret_token: string }
      const send = async (text: string) =>
        await until(async () => {
          const { status } = await fetch(hook.url, {
            method: 'POST',
            headers: {
              'content-type': 'application/json',
              'x-telegram-bot-api-secret-token': hook.secret_token,
            },
            body: JSON.stringify({ message: { text, chat: { id: 4711 } } }),
          })
          return status === 200 ? true : null
        }, 'the bot to listen')
      await send('a dog in space')
      const video = await outside.take()
      assert.equal(video.path, '/bot1:bot/sendVideo')
      assert.match(video.body, /name="chat_id"\s+4711/)
      assert.match(video.body, /filename="video_\w+\.mp4"[^]*ftyp/)
      await send('[fail:guardrail]')
      const { path, body } = await outside.take()
      assert.equal(path, '/bot1:bot/sendMessage')
      assert.match(body, /No video was made[^]*Rephrase/)
    })

    test('product-photo-to-clip.json: a form takes a photo, the relay gets it', async () => {
      const file = 'product-photo-to-clip.json'
      const example = uploadHere(await read(file), 'Drive', outside.origin)
      await publish(site.n8n, example)
      const [form] = example.nodes
      const photo = createImage('png', 'a shoe')
      const parts = [...photo.read(0, photo.size)].map((part) => Uint8Array.from(part))
      await until(async () => {
        const body = new FormData()
        body.set('field-0', new Blob(parts, { type: 'image/png' }), 'shoe.png')
        body.set('field-1', 'the camera circles it')
        const url = `${site.home.url}/form/${form?.webhookId}`
        const { status } = await fetch(url, { method: 'POST', body })
        return status === 200 ? true : null
      }, 'the form')
      assert.match(await takeUpload(), /^\/video_\w+\.mp4$/)
      const [request] = site.relay.requests
      assert.equal(request?.prompt, 'the camera circles it')
      assert.match(JSON.stringify(request.body), /data:image\/png;base64,/)
    })

    test('agent-makes-clips.json: the chat answers with the link', async () => {
      const example = await read('agent-makes-clips.json')
      // A chat that is not public answers in the editor alone.
      const [chat] = example.nodes
      if (chat !== undefined) chat.parameters = { ...chat.parameters, public: true }
      model.state.prompt = 'a dog surfs'
      await publish(site.n8n, example)
      const message = { action: 'sendMessage', sessionId: 'one', chatInput: 'a dog, please' }
      const answer = (await (await call(site, `${chat?.webhookId}/chat`, message)).json()) as object
      assert.match(JSON.stringify(answer), /\/v1\/videos\/video_\w+\/content/)
      assert.equal(site.relay.postsOf('a dog surfs'), 1)
    })

    test('finished-to-youtube.json: every finished video is uploaded', async () => {
      const example = uploadHere(await read('finished-to-youtube.json'), 'Upload', outside.origin)
      const id = await publish(site.n8n, example)
      const listens = async () => {
        const response = await site.gateway.fetch('/v1/webhook_endpoints', site.apiKey)
        const { data } = (await response.json()) as { data: object[] }
        return data.length > 0 ? true : null
      }
      await until(listens, 'the endpoint')
      const body = JSON.stringify({ prompt: 'a dog on a page' })
      await site.gateway.fetch('/v1/videos', site.apiKey, { method: 'POST', body })
      assert.match(await takeUpload(), /^\/video_\w+\.mp4$/)
      const { items } = await untilRun(id)
      assert.equal(items('Finished')[0]?.json['prompt'], 'a dog on a page')
    })
  })
}
