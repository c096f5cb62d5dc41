// The node against relays that take jobs, each kind over real sockets in n8n's real engine: one paid
// order, then looks that cost nothing, whatever goes wrong on the way.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'
import type { TaskKindId } from '../relay/tasks/taskKind.ts'
import { arrange } from '../relay/tasks/taskScenario.ts'
import {
  readBinary,
  retryRun,
  runNode,
  startNode,
  storeBinary,
  toOutcome,
  type RunOptions,
} from './engine.ts'
import { generateParameters, videoParameters, type GenerateFields } from './panel.ts'

const settings = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 }
const png = Buffer.from('89504e470d0a1a0a', 'hex')

describe.each(['videos', 'xai', 'newapi', 'openrouter'] as const)(
  'a relay of the kind %s',
  (kind) => {
    let relay: RelaySimulator
    beforeAll(async () => {
      relay = await startRelaySimulator()
    })
    beforeEach(() => relay.reset())
    afterAll(() => relay.close())

    function credential(more: object = {}) {
      const baseUrl = relay.baseUrlOf(kind)
      const fields = { baseUrl, apiKey: relay.apiKey, relayKind: kind, lookEvery: 0.05, ...more }
      return { credential: fields }
    }

    function generate(fields: GenerateFields, more: Partial<RunOptions> = {}): RunOptions {
      return { parameters: generateParameters(fields), ...credential(), ...more }
    }

    /** One item each; what became of them, in order. */
    async function generateAll(prompts: readonly string[]) {
      const { items } = await runNode(
        generate(
          { prompt: '={{ $json.p }}', options: { itemsInParallel: 10 } },
          {
            items: prompts.map((p) => ({ json: { p } })),
            settings: { ...settings, onError: 'continueRegularOutput' },
          },
        ),
      )
      return items.map((item, index) => {
        const prompt = prompts[index] ?? ''
        const billed = relay.billed.filter((job) => job.prompt === prompt).length
        return { prompt, json: item.json, item, posts: relay.postsOf(prompt), billed }
      })
    }

    const vendorDownloads = () =>
      relay.downloads.filter(
        ({ url }) => url.startsWith(relay.vendorOrigin) && url.includes('.mp4'),
      )

    test('makes an item with the link and the file, in one paid order', async () => {
      const chunks: string[] = []
      const onChunk = ({ content = '' }: { content?: string | undefined }) => chunks.push(content)
      const { items, error } = await runNode(generate({ prompt: 'a dog' }, { onChunk }))
      expect(error).toBeNull()
      expect(items[0]?.json).toMatchObject({
        status: 'completed',
        progress: 100,
        model: 'sora-2',
        prompt: 'a dog',
        charge: 'certain',
        cached: false,
        url: expect.stringMatching(/^http/),
      })
      expect((await readBinary(items[0])).subarray(4, 8).toString('latin1')).toBe('ftyp')
      expect(relay.postsOf('a dog')).toBe(1)
      expect(relay.billedOf(kind)).toHaveLength(1)
      // OpenRouter does not count.
      const percents = kind === 'openrouter' ? [100] : [12, 36, 61, 88, 100]
      const told = chunks.filter((chunk) => chunk.includes('%')).map((chunk) => chunk.trim())
      expect(told).toEqual(percents.map((percent) => `Generating… ${percent} %`))
    })

    test('tells only what was set, in its own words', async () => {
      await runNode(generate({ prompt: 'a dog' }))
      await runNode(generate({ prompt: 'a cat', more: { length: '8', shape: '1280x720' } }))
      const [bare, full] = relay.tasks.map(({ request }) => request.body)
      expect(bare).toEqual({ model: 'sora-2', prompt: 'a dog' })
      const words = {
        videos: { seconds: '8', size: '1280x720' },
        xai: { duration: 8, aspect_ratio: '16:9', resolution: '720p' },
        newapi: { duration: 8, width: 1280, height: 720 },
        openrouter: { duration: 8, aspect_ratio: '16:9', resolution: '720p' },
      } as const satisfies Record<TaskKindId, object>
      expect(full).toEqual({ model: 'sora-2', prompt: 'a cat', ...words[kind] })
    })

    test('sends the image with the order, whose length is said before', async () => {
      const data = await storeBinary(png, 'image/png', 'dog.png')
      const more = { imageSource: 'binary', imageField: 'data' }
      await runNode(
        generate(
          { operation: 'generateFromImage', more },
          { items: [{ json: {}, binary: { data } }] },
        ),
      )
      const [task] = relay.tasks
      const { headers, bodyText, files, body } = task?.request ?? {}
      expect(headers?.['transfer-encoding']).toBeUndefined()
      if (kind === 'videos') {
        expect(headers?.['content-type']).toMatch(/^multipart\/form-data; boundary=[\w-]{16,70}$/)
        expect(files).toEqual([
          {
            field: 'input_reference',
            name: 'image.png',
            type: 'image/png',
            bytes: new Uint8Array(png),
          },
        ])
        expect(body).toEqual({ model: 'sora-2', prompt: 'a dog' })
        expect(Number(headers?.['content-length'])).toBeGreaterThan(png.length)
      } else {
        expect(bodyText).toContain(`data:image/png;base64,${png.toString('base64')}`)
        expect(Number(headers?.['content-length'])).toBe(Buffer.byteLength(bodyText ?? ''))
      }
    })

    test('whatever goes wrong while it is made: the video comes, and is paid once', async () => {
      const faults = [
        'create-202',
        'create-finished',
        'id-number',
        'no-status',
        'poll-401',
        'poll-404',
        'poll-404-html',
        'poll-429',
        'poll-500',
        'poll-html',
        'poll-empty',
        'poll-reset',
        'poll-cut',
        'poll-wrapper-error',
      ]
      const manners = [
        '[words:polishing]',
        '[progress:ratio-text]',
        '[link:vendor]',
        '[link:content]',
      ]
      const prompts = [...faults.map((fault) => `[fault:${fault}][retry-after:1]`), ...manners]
      for (const made of await generateAll(prompts)) {
        expect(made).toMatchObject({
          json: { status: 'completed', charge: 'certain' },
          posts: 1,
          billed: 1,
        })
        expect((await readBinary(made.item)).subarray(4, 8).toString('latin1')).toBe('ftyp')
      }
      expect(vendorDownloads().length).toBeGreaterThan(0)
      expect(relay.authorizationsAt(relay.vendorOrigin)).toEqual([])
    })

    test('an answer to the order that names no job: nobody knows, and it is not sent again', async () => {
      const faults = ['id-missing', 'create-lost', 'create-fin', 'create-cut', 'create-half']
      const more = ['create-204', 'create-500', 'create-504', 'create-html']
      for (const made of await generateAll([...faults, ...more].map((id) => `[fault:${id}]`))) {
        expect(made).toMatchObject({ json: { error: expect.any(String) }, posts: 1 })
        const { error, advice } = made.json
        expect(`${String(error)} ${String(advice)}`).toMatch(/nobody knows|may have been charged/i)
      }
    })

    test('a refusal says what it is, and a retry starts anew', async () => {
      relay.setTaskScenario(arrange({ fail: 'quota' }))
      const { error } = await runNode(generate({ prompt: 'a dog' }))
      expect(error?.description).toContain('Top up your account at the relay. Nothing was charged.')
      relay.reset()
      relay.queueTaskScenarios(arrange({ fail: 'rate-limited' }))
      const { items } = await runNode(generate({ prompt: 'a dog' }, { settings }))
      expect(items[0]?.json['status']).toBe('completed')
      expect([relay.postsOf('a dog'), relay.billed.length]).toEqual([2, 1])
    })

    test('a job that fails, is refused afterwards or has no link is that failure, and is not sent again', async () => {
      const endings = {
        failed: 'upstream_error',
        guardrail: 'content_policy',
        moderated: 'content_policy',
        // Where the video has an address of its own, no link is needed.
        ...(kind === 'xai' && { empty: 'empty_result' }),
      }
      const { items } = await runNode(
        generate(
          { prompt: '=[fail:{{ $json.fail }}]' },
          {
            items: Object.keys(endings).map((fail) => ({ json: { fail } })),
            settings: { onError: 'continueRegularOutput' },
          },
        ),
      )
      const failures = Object.values(endings).map((code) => expect.objectContaining({ code }))
      expect(items.map(({ json }) => json['failure'])).toEqual(failures)
      for (const { json } of items) {
        expect(json).toMatchObject({ status: 'failed', charge: 'possible' })
        expect(json['advice']).toContain('It may have been charged.')
        expect(relay.postsOf(String(json['prompt']))).toBe(1)
      }
      const { error } = await runNode(generate({ prompt: 'a dog [fail:failed]' }, { settings }))
      expect(error?.message).toContain('No video was made')
      expect(relay.postsOf('a dog [fail:failed]')).toBe(1)
    })

    test('a retry after the total limit looks at the job again, and orders nothing', async () => {
      relay.setTaskScenario(arrange({ afterMs: 1500 }))
      const options = { totalLimit: 1 }
      const { items, error } = await runNode(generate({ prompt: 'a dog', options }, { settings }))
      expect(error).toBeNull()
      expect(items[0]?.json).toMatchObject({ status: 'completed', charge: 'certain' })
      expect([relay.postsOf('a dog'), relay.billed.length]).toEqual([1, 1])
    })

    test('the total limit names the job, which is not lost', async () => {
      relay.setTaskScenario(arrange({ looks: 1000 }))
      const options = { totalLimit: 1 }
      const { error } = await runNode(generate({ prompt: 'a dog', options }))
      expect(error?.message).toContain('total wait limit of 1 s')
      expect(error?.message).toContain(`Job ${relay.tasks[0]?.id} is not lost`)
    })

    test('stopped before the first look, and run again: a job that goes on is found, and not ordered again', async () => {
      const parameters = generateParameters({
        prompt: 'a dog',
        options: { idempotencyKey: 'order-4711', acceptPossibleCharge: true },
      })
      const execution = startNode({ parameters, ...credential({ lookEvery: 600 }) })
      while (relay.tasks.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
      // The answer to the order is on its way.
      await new Promise((resolve) => setTimeout(resolve, 200))
      execution.stop()
      const stopped = await execution.done
      expect(relay.tasks[0]?.looks).toBe(0)
      const { items, error } = toOutcome(await retryRun(stopped, { parameters, ...credential() }))
      expect(error).toBeNull()
      expect(items[0]?.json).toMatchObject({ status: 'completed', charge: 'certain' })
      // What was cancelled is ordered again only because the person said that it may be.
      expect(relay.postsOf('a dog')).toBe(kind === 'videos' ? 2 : 1)
    })

    test('a job of another relay is neither looked at nor ordered again', async () => {
      const parameters = generateParameters({ options: { idempotencyKey: 'order-4711' } })
      relay.setTaskScenario(arrange({ looks: 1000 }))
      const execution = startNode({ parameters, ...credential() })
      while ((relay.tasks[0]?.looks ?? 0) === 0)
        await new Promise((resolve) => setTimeout(resolve, 10))
      execution.stop()
      const stopped = await execution.done
      const other = await startRelaySimulator({ apiKey: relay.apiKey })
      const moved = credential({ baseUrl: other.baseUrlOf(kind) })
      const { error } = toOutcome(await retryRun(stopped, { parameters, ...moved }))
      expect(error?.message).toContain(kind === 'videos' ? 'was stopped' : 'at another relay')
      expect(other.requests).toEqual([])
      await other.close()
    })

    test('Stop ends the looks, and says what becomes of the job', async () => {
      relay.setTaskScenario(arrange({ looks: 1000 }))
      const execution = startNode(generate({}))
      while ((relay.tasks[0]?.looks ?? 0) === 0)
        await new Promise((resolve) => setTimeout(resolve, 10))
      execution.stop()
      const { items, error } = toOutcome(await execution.done)
      expect(items).toHaveLength(0)
      expect(error?.description).toContain(
        kind === 'videos' ? 'told to stop the job' : 'the job goes on and may be charged',
      )
      const { looks } = relay.tasks[0] ?? {}
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(relay.tasks[0]?.looks).toBe(looks)
    })

    test('a redirect to another host is followed without the key', async () => {
      const links = {
        videos: 'none',
        xai: 'content',
        newapi: 'content',
        openrouter: 'content',
      } as const
      if (kind === 'xai') {
        // It has no address of that sort; its link is the vendor's own.
        await runNode(generate({}))
      } else {
        relay.setTaskScenario(arrange({ link: links[kind], faults: ['content-redirect-307'] }))
        const { items, error } = await runNode(generate({}))
        expect(error).toBeNull()
        expect((await readBinary(items[0])).subarray(4, 8).toString('latin1')).toBe('ftyp')
        expect(relay.tasks[0]?.contentReads).toBe(1)
      }
      expect(vendorDownloads()).toHaveLength(1)
      expect(relay.authorizationsAt(relay.vendorOrigin)).toEqual([])
    })

    test('Download opens the URL that Generate returned', async () => {
      const made = await runNode(generate({ options: { downloadVideo: false } }))
      const url = String(made.items[0]?.json['url'])
      const parameters = videoParameters('download', url, { outputField: 'data', fileName: '' })
      const { items } = await runNode({ parameters, ...credential() })
      expect((await readBinary(items[0])).subarray(4, 8).toString('latin1')).toBe('ftyp')
    })

    test('what the kind has no words for is refused before anything is sent', async () => {
      const options = { extraBody: '{"n": 2}' }
      const { error } = await runNode(generate({ options }))
      expect(error?.message).toContain('cannot be told `n`')
      expect(relay.tasks).toEqual([])
    })
  },
)

test('orders go out as JSON where the credential says so', async () => {
  const relay = await startRelaySimulator()
  relay.setTaskScenario(arrange({ faults: ['json-only'] }))
  const credential = {
    baseUrl: relay.baseUrlOf('videos'),
    apiKey: relay.apiKey,
    relayKind: 'videos',
    sendAsJson: true,
    lookEvery: 0.05,
  }
  const { error } = await runNode({ parameters: generateParameters(), credential })
  expect(error).toBeNull()
  expect(relay.tasks[0]?.request.headers['content-type']).toBe('application/json')
  await relay.close()
})
