// What we sign is judged by the two libraries that receivers use: the standard's own and OpenAI's.

import OpenAI from 'openai'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { createWebhookSecret, signWebhook, verifyWebhook } from '../../shared/wire/webhook.ts'

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
const client = new OpenAI({ apiKey: 'unused' })
const secret = createWebhookSecret(random)
const otherSecret = createWebhookSecret(random)

interface Delivery {
  readonly id: string
  readonly timestamp: string
  readonly signature: string
  readonly body: string
}

async function createDelivery(
  data: unknown,
  secrets: readonly string[] = [secret],
): Promise<Delivery> {
  const timestamp = Math.floor(Date.now() / 1000)
  const body = JSON.stringify(data)
  const id = `evt_${Math.random().toString(36).slice(2)}`
  const signature = await signWebhook({ id, timestamp, body }, secrets)
  return { id, timestamp: String(timestamp), signature, body }
}

const toHeaders = ({ id, timestamp, signature }: Delivery) => ({
  'webhook-id': id,
  'webhook-timestamp': timestamp,
  'webhook-signature': signature,
})

/** Who accepts this delivery? */
async function findVerdicts(delivery: Delivery, by = secret) {
  const headers = toHeaders(delivery)
  const settle = async (verify: () => unknown) => {
    try {
      await verify()
      return true
    } catch {
      return false
    }
  }
  const own = await verifyWebhook(new Headers(headers), delivery.body, [by], { now: Date.now })
  return {
    openai: await settle(() => client.webhooks.unwrap(delivery.body, headers, by)),
    standard: await settle(() => new Webhook(by).verify(delivery.body, headers)),
    own: own.ok,
  }
}

const everybody = { openai: true, standard: true, own: true }
const nobody = { openai: false, standard: false, own: false }

// Reproducible, and wide enough for every plane of Unicode: lone surrogates come out of
// JSON.stringify escaped, as they would from any sender.
function createPayload(seed: number): unknown {
  let state = seed * 2_654_435_761 + 1
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state % below
  }
  const length = seed % 50 === 0 ? 0 : next(200)
  const text = Array.from({ length }, () => String.fromCodePoint(next(0x11_00_00))).join('')
  return { object: 'event', type: 'video.completed', created_at: seed, data: { id: text } }
}

describe('what we sign', () => {
  test('is accepted 1,000 times of 1,000 by everybody', async () => {
    for (let seed = 0; seed < 1_000; seed += 1) {
      const delivery = await createDelivery(createPayload(seed))
      expect(await findVerdicts(delivery), `seed ${seed}`).toEqual(everybody)
    }
  })

  test.each([
    ['an empty object', {}],
    ['20 KB', { data: 'x'.repeat(20_000) }],
    ['20 KB of emoji', { data: '🎬'.repeat(5_000) }],
  ])('is accepted with %s', async (_, data) => {
    expect(await findVerdicts(await createDelivery(data))).toEqual(everybody)
  })

  test('is accepted with either secret while one rotates', async () => {
    const delivery = await createDelivery({}, [otherSecret, secret])
    expect(await findVerdicts(delivery, secret)).toEqual(everybody)
    expect(await findVerdicts(delivery, otherSecret)).toEqual(everybody)
    expect(await findVerdicts(delivery, createWebhookSecret(random))).toEqual(nobody)
  })

  test("is accepted by OpenAI's library with a secret of plain text, as by ours", async () => {
    const plain = 'a receiver’s own words'
    const delivery = await createDelivery({}, [plain])
    expect(await findVerdicts(delivery, plain)).toMatchObject({ openai: true, own: true })
  })

  const shift = (seconds: number) => (delivery: Delivery) => {
    const timestamp = Math.floor(Date.now() / 1000) + seconds
    const { id, body } = delivery
    const signed = signWebhook({ id, timestamp, body }, [secret])
    return signed.then((signature) => ({ ...delivery, signature, timestamp: String(timestamp) }))
  }
  const flipped = (text: string, index: number) =>
    text.slice(0, index) + (text[index] === 'A' ? 'B' : 'A') + text.slice(index + 1)

  test.each<[string, (delivery: Delivery) => Delivery | Promise<Delivery>]>([
    ['a changed body', (d) => ({ ...d, body: d.body.replace('1', '2') })],
    ['a longer body', (d) => ({ ...d, body: `${d.body} ` })],
    ['a shorter body', (d) => ({ ...d, body: d.body.slice(0, -1) })],
    ['a body encoded anew', (d) => ({ ...d, body: JSON.stringify(JSON.parse(d.body), null, 1) })],
    ['another id', (d) => ({ ...d, id: `${d.id}x` })],
    ['another timestamp', (d) => ({ ...d, timestamp: String(Number(d.timestamp) + 1) })],
    ['a replay after the tolerance', shift(-301)],
    ['a delivery from the future', shift(330)],
    ['a flipped signature', (d) => ({ ...d, signature: flipped(d.signature, 10) })],
    ['a cut signature', (d) => ({ ...d, signature: d.signature.slice(0, -6) })],
    ['a signature of another secret', async () => createDelivery({ n: 1 }, [otherSecret])],
  ])('is refused by everybody with %s', async (_, tamper) => {
    const delivery = await createDelivery({ n: 1 })
    expect(await findVerdicts(delivery)).toEqual(everybody)
    expect(await findVerdicts(await tamper(delivery))).toEqual(nobody)
  })
})
