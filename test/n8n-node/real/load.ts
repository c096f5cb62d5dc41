// Many items, large files and repeated tries in a real n8n: every item comes out once, a file passes through
// without staying in memory, and nothing is ordered twice.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { promisify } from 'node:util'

import { createMp4 } from '../../relay/media/mp4.ts'
import { serveMedia } from '../../relay/media/serve.ts'
import { n8nVersions } from './installN8n.ts'
import { binaryFolders } from './n8nServer.ts'
import {
  call,
  findN8n,
  manual,
  openSite,
  reelay,
  storeCredential,
  webhook,
  type Site,
} from './site.ts'
import { latestExecution, lineUp, publish, runManually, until, untilEnded } from './workflows.ts'

const mebibyte = 2 ** 20
const fileBytes = 200 * mebibyte
// A third of the file: what streams and garbage need, and far less than holding it anywhere.
const roomBytes = 64 * mebibyte

/** What becomes of a row, ten kinds in turn; `posts`: how often its prompt reaches the relay. */
const kinds = [
  { prompt: 'a dog', posts: 1, code: null },
  { prompt: 'a slow cat [slow:400]', posts: 1, code: null },
  { prompt: 'a shark [fail:guardrail]', posts: 1, code: 'content_policy' },
  { prompt: 'a gull [slow:30]', posts: 1, code: null },
  { prompt: 'a mouse [cut:40]', posts: 1, code: 'truncated_stream' },
  { prompt: 'a goat', posts: 1, code: null },
  { prompt: 'a wolf [fail:moderation]', posts: 1, code: 'content_policy' },
  { prompt: 'a hen', model: 'of-nobody', posts: 0, code: null },
  { prompt: 'a crab [slow:100]', posts: 1, code: null },
  { prompt: 'an owl', posts: 1, code: null },
] as const

const rows = Array.from({ length: 50 }, (_none, row) => {
  const kind = kinds[row % kinds.length] ?? kinds[0]
  const model = 'model' in kind ? kind.model : 'sora-2'
  const isMade = kind.code === null && kind.posts === 1
  return { ...kind, row, model, isMade, prompt: `${kind.prompt} ${row}` }
})

async function readMemory({ n8n }: Site): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(n8n.processId)])
  return Number(stdout) * 1024
}

/** Garbage that is still there would hide as much of what is measured; only the inspector clears it. */
async function collectGarbage({ n8n }: Site): Promise<void> {
  process.kill(n8n.processId, 'SIGUSR1')
  const url = await until(async () => /ws:\/\/\S+/.exec(n8n.log())?.[0] ?? null, 'the inspector')
  const socket = new WebSocket(url)
  await once(socket, 'open')
  socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }))
  await once(socket, 'message')
  socket.close()
}

/** The most memory that n8n has while `work` is done. Nothing else may ask n8n for anything then. */
async function measure<T>(site: Site, work: () => Promise<T>) {
  await collectGarbage(site)
  const before = await readMemory(site)
  let peak = before
  let isWorking = true
  const watching = (async () => {
    while (isWorking) {
      peak = Math.max(peak, await readMemory(site))
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })()
  const result = await work().finally(() => (isWorking = false))
  await watching
  return { result, before, peak }
}

for (const version of n8nVersions) {
  const found = await findN8n(version)
  const skip = found instanceof Error ? found.message : false
  let site: Site
  let relayCredential: string

  describe(`n8n ${version}: much at once`, { skip }, () => {
    before(async () => {
      site = await openSite(found)
      await site.start()
      const { gateway, relay } = site
      const data = { baseUrl: gateway.url, apiKey: site.apiKey }
      const relayData = { baseUrl: relay.origin, apiKey: relay.apiKey }
      site.credentials = {
        reelay: await storeCredential(site, 'Gateway', 'reelayApi', data),
        openAi: '',
      }
      relayCredential = await storeCredential(site, 'Relay', 'reelayApi', relayData)
    })
    beforeEach(() => site.relay.reset())
    after(async () => await site?.close())

    const through = { 'a gateway': () => site.credentials.reelay, 'a relay': () => relayCredential }
    const run = async (credential: string, nodes: Parameters<typeof lineUp>[1], pinData = {}) => {
      const workflow = lineUp('load', nodes, { ...site.credentials, reelay: credential })
      return await untilEnded(site.n8n, await runManually(site.n8n, { ...workflow, pinData }))
    }

    test('50 items, ten at a time, of ten kinds: each comes out once, paired, and is ordered once', async () => {
      const node = reelay(
        {
          prompt: '={{ $json.prompt }}',
          model: '={{ $json.model }}',
          options: {
            itemsInParallel: 10,
            fileName: '=row-{{ $json.row }}',
            metadata: { entries: [{ key: 'row', value: '={{ $json.row }}' }] },
          },
        },
        { onError: 'continueErrorOutput' },
      )
      const source = { name: 'Rows', type: 'n8n-nodes-base.noOp' }
      const pinned = rows.map(({ row, prompt, model }) => ({ json: { row, prompt, model } }))
      const nodes = [manual, source, node]
      const { status, items } = await run(site.credentials.reelay, nodes, { Rows: pinned })
      assert.equal(status, 'success')
      assert.deepEqual(
        items('Reelay').map(({ json, pairedItem, binary }) => [
          pairedItem,
          json['prompt'],
          json['status'],
          json['metadata'],
          binary?.['data']?.fileName,
        ]),
        rows
          .filter(({ isMade }) => isMade)
          .map(({ row, prompt }) => [
            { item: row },
            prompt,
            'completed',
            { row: String(row) },
            `row-${row}.mp4`,
          ]),
      )
      const failed = items('Reelay', 1).map(({ json, pairedItem }) => {
        const error = json['error'] as { failure?: { code: string } }
        return [pairedItem, error.failure?.code ?? null]
      })
      assert.deepEqual(
        failed,
        rows.filter(({ isMade }) => !isMade).map(({ row, code }) => [{ item: row }, code]),
      )
      assert.deepEqual(
        rows.map(({ prompt }) => site.relay.postsOf(prompt)),
        rows.map(({ posts }) => posts),
      )
    })

    for (const [name, credential] of Object.entries(through)) {
      test(`200 MiB through ${name}: the whole file, within 64 MiB of memory`, async (t) => {
        const path = name.replace(' ', '-')
        const nodes = [webhook(path, 'lastNode'), reelay({ prompt: '={{ $json.body.prompt }}' })]
        const credentials = { ...site.credentials, reelay: credential() }
        const id = await publish(site.n8n, lineUp(path, nodes, credentials))
        const make = async (prompt: string) => await (await call(site, path, { prompt })).text()
        // What the first video brings into memory has nothing to do with its size.
        await make('a small film')
        site.relay.setDownload((visit) =>
          serveMedia({ ...visit, media: createMp4({ seed: name, bytes: fileBytes }) }),
        )
        const { result, before, peak } = await measure(site, async () => await make('a long film'))
        assert.match(result, /"status":"completed"/)
        const [from, to] = [before, peak].map((bytes) => Math.round(bytes / mebibyte))
        t.diagnostic(`n8n's memory: ${from} MiB before, ${to} MiB at most`)
        const execution = await until(() => latestExecution(site.n8n, id), 'the execution')
        const { items } = await untilEnded(site.n8n, execution)
        const [, file = ''] = items('Reelay')[0]?.binary?.['data']?.id?.split(':') ?? []
        const { size } = await stat(join(site.folder, binaryFolders[version], file))
        assert.equal(size, fileBytes)
        assert.ok(peak - before < roomBytes, `${from} MiB before, ${to} MiB at most`)
      })

      test(`Retry On Fail through ${name}: whatever goes wrong, nothing is ordered twice`, async () => {
        const faults = {
          'cut off': { prompt: 'a boat [cut:40]' },
          'refused at its end': { prompt: 'a raft [fail:guardrail]' },
          'a prompt that changes': { prompt: '=a buoy {{ $now.toMillis() }} [cut:40]' },
          'the total limit': { prompt: 'a tug [slow:5000]', options: { totalLimit: 1 } },
        }
        const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1000 }
        const runs = Object.values(faults).map(
          async (fields) => await run(credential(), [manual, reelay(fields, settings)]),
        )
        for (const { status, error } of await Promise.all(runs)) {
          assert.equal(status, 'error')
          assert.notEqual(error?.description, undefined)
        }
        const sent = site.relay.requests.filter(({ method }) => method === 'POST')
        const words = sent.map(({ prompt }) => prompt.split(' ').slice(0, 2).join(' '))
        assert.deepEqual(words.toSorted(), ['a boat', 'a buoy', 'a raft', 'a tug'])
      })
    }
  })
}
