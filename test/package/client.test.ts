// The client as it was installed from its tarball, against the real gateway: one call to a stored video,
// whatever happens to the connection on the way.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { startTap, type Tap } from '../n8n-node/tap.ts'
import { startReceiver } from '../worker/startReceiver.ts'
import { connection, importReelay, importWebhooks, installed, runNode } from './installed.ts'

const { Reelay, ReelayError } = await importReelay()
const reelay = new Reelay(connection)
/** A PNG of one pixel. */
const dot =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const fileOf = (name: string) => join(installed.folder, name)

let tap: Tap | undefined
afterEach(async () => {
  await tap?.close()
  tap = undefined
})

async function through() {
  tap = await startTap(installed.baseURL)
  return { tap, reelay: new Reelay({ ...connection, baseURL: tap.origin }) }
}

const errorOf = async (work: Promise<unknown>) => {
  const error: unknown = await work.catch((reason: unknown) => reason)
  if (error instanceof ReelayError) return error
  throw new Error('no ReelayError', { cause: error })
}

describe('generate', () => {
  test('shows progress, resolves with the stored video, and saves it', async () => {
    const seen: number[] = []
    const phases = new Set<string>()
    const video = await reelay.generate(
      { prompt: 'a paper boat, saved' },
      {
        onProgress: ({ progress, phase }) => {
          seen.push(progress)
          phases.add(phase)
        },
      },
    )
    expect(video).toMatchObject({ object: 'video', status: 'completed', charge: 'certain' })
    expect(seen.length).toBeGreaterThan(3)
    expect(seen).toEqual([...seen].sort((one, other) => one - other))
    expect(seen.at(-1)).toBe(100)
    expect([...phases]).toEqual(expect.arrayContaining(['running', 'archiving']))
    await video.save(fileOf('boat.mp4'))
    const saved = await readFile(fileOf('boat.mp4'))
    expect(saved.subarray(4, 8).toString()).toBe('ftyp')
    expect(saved.equals(await video.bytes())).toBe(true)
    expect((await video.blob()).type).toBe('video/mp4')
    const linked = await fetch(video.url ?? '')
    expect(saved.equals(Buffer.from(await linked.arrayBuffer()))).toBe(true)
    expect(JSON.parse(JSON.stringify(video))).toEqual({ ...video })
  })

  test('goes on where the connection broke, and pays once', async () => {
    const { reelay: far, tap } = await through()
    let breaks = 0
    const video = await far.generate(
      { prompt: 'a boat in a storm [slow:60]' },
      {
        onProgress: ({ progress }) => {
          if (progress > 0 && progress < 99 && breaks < 3) {
            breaks++
            tap.cut()
          }
        },
      },
    )
    expect(breaks).toBe(3)
    expect(video.status).toBe('completed')
    const { videos } = await reelay.list({ limit: 50 })
    expect(videos.filter(({ prompt }) => prompt?.includes('in a storm'))).toHaveLength(1)
  })

  test('a request whose answer is lost is sent again under its own key', async () => {
    const sent: (string | null)[] = []
    const lossy = new Reelay({
      ...connection,
      async fetch(url, init) {
        const response = await fetch(url, init)
        if (init?.method !== 'POST') return response
        sent.push(new Headers(init.headers).get('idempotency-key'))
        if (sent.length > 1) return response
        await response.body?.cancel()
        throw new TypeError('the connection was reset')
      },
    })
    const request = { prompt: 'an answer that is lost' }
    const video = await lossy.generate(request, { cacheControl: 'no-cache' })
    expect(new Set(sent).size).toBe(1)
    expect(sent).toHaveLength(2)
    expect(sent[0]).toMatch(/^reelay_[0-9a-f]{32}$/)
    const { videos } = await reelay.list({ limit: 50 })
    expect(videos.filter(({ prompt }) => prompt === request.prompt).map(({ id }) => id)).toEqual([
      video.id,
    ])
  })

  test('a failure is an error that says what it cost and what to do', async () => {
    const error = await errorOf(reelay.generate({ prompt: 'a boat [fail:guardrail]' }))
    expect(error).toMatchObject({
      code: 'content_policy',
      status: 400,
      outcome: 'known',
      advice: expect.stringContaining('Rephrase'),
      requestId: expect.stringMatching(/^req_/),
      video: { status: 'failed' },
    })
  })

  test('an aborted signal ends the wait, and the video goes on', async () => {
    const request = { prompt: 'a boat that goes on [slow:100]' }
    const aborted = new AbortController()
    const reason = new Error('enough')
    const waiting = reelay.generate(request, {
      signal: aborted.signal,
      onProgress: ({ progress }) => {
        if (progress > 0) aborted.abort(reason)
      },
    })
    await expect(waiting).rejects.toBe(reason)
    expect((await reelay.generate(request)).status).toBe('completed')
  })

  test('with cancelOnAbort the generation ends, too', async () => {
    const aborted = new AbortController()
    let id = ''
    const waiting = reelay.generate(
      { prompt: 'a boat that is called back [slow:200]' },
      {
        signal: aborted.signal,
        cancelOnAbort: true,
        onProgress: (progress) => {
          id = progress.id
          if (progress.progress > 0) aborted.abort()
        },
      },
    )
    await expect(waiting).rejects.toThrow(/abort/i)
    expect(await reelay.get(id)).toMatchObject({ status: 'failed', error: { code: 'cancelled' } })
  })
})

describe('wait', () => {
  test('takes up what was begun elsewhere, and tells nothing that was so before', async () => {
    const { id } = await reelay.create({ prompt: 'a boat that is waited for [slow:100]' })
    for await (const event of reelay.follow(id)) if (event.type === 'progress') break
    const seen: string[] = []
    const video = await reelay.wait(id, {
      onProgress: ({ phase, progress }) => seen.push(`${phase} ${progress}`),
    })
    expect(video).toMatchObject({ id, status: 'completed' })
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen[0]).toMatch(/^running [1-9]/)
    expect((await reelay.wait(id)).url).toContain(id)
  })

  test('says what is not there, and what failed', async () => {
    expect(await errorOf(reelay.wait('video_nobody'))).toMatchObject({ code: 'not_found' })
    const { id } = await reelay.create({ prompt: 'a boat waited for [fail:guardrail]' })
    expect(await errorOf(reelay.wait(id))).toMatchObject({ code: 'content_policy', video: { id } })
  })
})

describe('follow', () => {
  test('gives every event once, typed, and goes on from any of them', async () => {
    const { id } = await reelay.create({ prompt: 'a boat to be followed [slow:20]' })
    const types: string[] = []
    let percent = 0
    let offset = 0
    for await (const event of reelay.follow(id)) {
      expect(event.offset).toBe(++offset)
      types.push(event.type)
      if (event.type === 'progress') percent = event.progress
      if (event.type === 'completed') {
        await event.video.save(fileOf('followed.mp4'))
        expect(event.video.id).toBe(id)
      }
    }
    expect(percent).toBeGreaterThan(0)
    expect(types.at(0)).toBe('queued')
    expect(types.at(-1)).toBe('completed')
    const rest: number[] = []
    for await (const event of reelay.follow(id, { after: offset - 2 })) rest.push(event.offset)
    expect(rest).toEqual([offset - 1, offset])
    for await (const event of reelay.follow(id, { after: offset })) rest.push(event.offset)
    expect(rest).toHaveLength(2)
  })
})

describe('the other methods', () => {
  test('are one request each', async () => {
    const image = new Blob([Buffer.from(dot, 'base64')], { type: 'image/png' })
    const video = await reelay.generate({ prompt: 'a boat of many uses', input_reference: image })
    expect((await reelay.get(video.id)).prompt).toBe('a boat of many uses')
    expect((await reelay.archive(video.id)).status).toBe('completed')
    const remix = await reelay.remix(video.id, { prompt: 'by night' })
    expect(remix.remixed_from_video_id).toBe(video.id)
    const found = await reelay.list({ q: 'of many uses', status: 'completed', model: 'sora-2' })
    expect(found.videos.map(({ id }) => id)).toEqual([video.id])
    expect((await reelay.models()).map(({ id }) => id)).toContain('sora-2')
    expect((await reelay.usage({ days: 1 })).key.spent_usd).toBeGreaterThan(0)
    const running = await reelay.create({ prompt: 'never to be [slow:300]' })
    expect((await reelay.cancel(running.id)).error?.code).toBe('cancelled')
    await reelay.delete(video.id)
    expect(await errorOf(reelay.get(video.id))).toMatchObject({ status: 404, code: 'not_found' })
  })

  test('call an image what its bytes are', async () => {
    const sent: string[] = []
    const watched = new Reelay({
      ...connection,
      fetch: async (url, init) => {
        sent.push(String(init?.body))
        return await fetch(url, init)
      },
    })
    const bytes = Buffer.from(dot, 'base64')
    const images = { input_reference: bytes, last_frame: new Blob([bytes]) }
    await watched.create({ prompt: 'a boat from a file', ...images })
    const png = `data:image/png;base64,${dot}`
    expect(JSON.parse(sent[0] ?? '')).toMatchObject({ input_reference: png, last_frame: png })
  })

  test('refuse in the same words', async () => {
    const wrong = new Reelay({ ...connection, apiKey: 'rk_nobody' })
    expect(await errorOf(wrong.models())).toMatchObject({
      code: 'invalid_api_key',
      status: 401,
      charge: 'none',
      requestId: expect.stringMatching(/^req_/),
    })
    const misspelt = reelay.generate({ prompt: 'a boat', seconds: '999' })
    expect(await errorOf(misspelt)).toMatchObject({ param: 'seconds', charge: 'none' })
    const { id } = await reelay.create({ prompt: 'not yet [slow:300]' })
    const early = await reelay.get(id)
    expect(await errorOf(early.save(fileOf('early.mp4')))).toMatchObject({ code: 'not_terminal' })
    await reelay.cancel(id)
  })

  test('nobody there is a charge that is possible only where something was ordered', async () => {
    const nobody = new Reelay({ ...connection, baseURL: 'http://127.0.0.1:9' })
    expect(await errorOf(nobody.models())).toMatchObject({
      code: 'connection_failed',
      status: 0,
      charge: 'none',
    })
    const gone = await startTap(installed.baseURL)
    await gone.close()
    const late = new Reelay({ ...connection, baseURL: gone.origin })
    expect((await errorOf(late.models())).message).toContain(
      `(connect ECONNREFUSED ${new URL(gone.origin).host})`,
    )
    expect(await errorOf(nobody.generate({ prompt: 'x' }))).toMatchObject({
      code: 'connection_failed',
      charge: 'possible',
      outcome: 'unknown',
    })
  })
})

test('a download goes on where it broke, and no half file is left', async () => {
  const video = await reelay.generate({ prompt: 'a boat, downloaded' })
  const whole = await video.bytes()
  let requests = 0
  const ranges: (string | null)[] = []
  const breaking = new Reelay({
    ...connection,
    async fetch(url, init) {
      const response = await fetch(url, init)
      if (!String(url).endsWith('/content')) return response
      ranges.push(new Headers(init?.headers).get('range'))
      return ++requests > 2 ? response : new Response(breakAfter(response, 50_000), response)
    },
  })
  await (await breaking.get(video.id)).save(fileOf('broken.mp4'))
  expect((await readFile(fileOf('broken.mp4'))).equals(whole)).toBe(true)
  expect(ranges).toEqual([null, 'bytes=50000-', 'bytes=100000-'])
  expect((await readdir(installed.folder)).filter((name) => name.endsWith('.part'))).toEqual([])
})

function breakAfter(response: Response, bytes: number): ReadableStream<Uint8Array> {
  const reader = response.body?.getReader()
  let left = bytes
  return new ReadableStream(
    {
      async pull(controller) {
        const { value } = (await reader?.read()) ?? {}
        if (value !== undefined && left > 0) controller.enqueue(value.subarray(0, left))
        left -= value?.length ?? left
        if (left > 0) return
        await reader?.cancel()
        // Behind what was enqueued, which an error would take back.
        setTimeout(() => controller.error(new Error('reset')), 20)
      },
    },
    { highWaterMark: 0 },
  )
}

describe('webhooks', () => {
  test('are verified, from a server of Node or a Request', async () => {
    const { verifyWebhook } = await importWebhooks()
    const receiver = await startReceiver()
    const secret = 'a secret of the receiver'
    try {
      const webhook = { url: `${receiver.origin}/hook`, secret }
      const { id } = await reelay.generate({ prompt: 'a boat with a bell', webhook })
      const [arrival] = await receiver.waitFor(1)
      if (arrival === undefined) throw new Error('nothing arrived')
      const { body, headers } = arrival
      const event = await verifyWebhook({ body, headers }, secret)
      expect(event).toMatchObject({ type: 'video.completed', data: { id } })
      const rotated = ['another', secret]
      await verifyWebhook({ body, headers: new Headers(headers) }, rotated)
      const forged = verifyWebhook({ body: body.replace(id, 'video_other'), headers }, secret)
      expect(await forged.catch((error: unknown) => error)).toMatchObject({
        code: 'invalid_webhook',
        status: 400,
      })
      await expect(verifyWebhook({ body, headers: {} }, secret)).rejects.toThrow('no signature')
    } finally {
      await receiver.close()
    }
  })
})

test('a key is taken as a file holds it, and what is no key is said before anything is sent', async () => {
  const fromFile = new Reelay({ ...connection, apiKey: `${connection.apiKey}\n` })
  expect((await fromFile.models()).length).toBeGreaterThan(0)
  expect(() => new Reelay({ ...connection, apiKey: 'rk_…' })).toThrow('`apiKey` must be a key')
})

test('what is missing is said by its name', async () => {
  const code = `import { Reelay } from 'reelay'; try { new Reelay() } catch (error) { console.log(error.code, error.message) }`
  const { out } = await runNode(['--input-type=module', '--eval', code], {})
  expect(out).toBe('misconfigured There is no base URL. Give `baseURL`, or set REELAY_BASE_URL.\n')
})
