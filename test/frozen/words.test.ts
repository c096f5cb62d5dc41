// What a submission asks an account keeps the names it had in 0.1. Some of them matter only when two
// requests race, which no test over HTTP brings about whenever it wants.

import { expect, test } from 'vitest'
import { defaultModels } from '../../shared/request/models.ts'
import { safeParseVideoRequest } from '../../shared/request/request.ts'
import { withoutDirectives } from '../../worker/account/admit.ts'
import { simulatedRelays } from '../simulation/world/market.ts'
import { submit } from '../../worker/submission/submit.ts'

const words = {
  key: 'a key',
  identity: {
    id: 'video_1',
    model: 'sora-2',
    size: '720x1280',
    seconds: '4',
    remixedFrom: null,
    metadata: {},
  },
  cost: 400_000,
  idempotencyHash: null,
  directives: {
    noCache: false,
    noStore: false,
    maxAgeSeconds: null,
    onlyIfCached: false,
  },
  isRetry: false,
  acceptPossibleCharge: false,
  webhook: { url: 'https://receiver.example/', secret: null },
  submission: 'video_1',
}

test('a submission asks an account in the words of 0.1, also when it goes past what it found', async () => {
  const webhook = { url: 'https://receiver.example/' }
  const parsed = await safeParseVideoRequest({ prompt: 'a kite', webhook }, defaultModels)
  if (!parsed.ok) throw new Error(parsed.error.message)
  const asked: unknown[] = []
  let ids = 0
  await submit(
    {
      relays: simulatedRelays,
      models: defaultModels,
      toKey: async () => 'a key',
      createId: async () => `video_${++ids}`,
      admit: async (_account, _credential, request) => {
        asked.push(request)
        const identity = { ...request.identity, prompt: null, createdAt: 1 }
        return { kind: 'admitted', identity, minute: null }
      },
      generation: () => ({
        start: async () => 'abandoned',
        describe: async () => null,
        archiveAgain: async () => false,
        settleAgain: async () => false,
      }),
      onUnreached: (error) => {
        throw error
      },
    },
    {
      account: 'atelier',
      credential: { keyId: 'key_1' },
      request: parsed.request,
      options: parsed.options,
      directives: withoutDirectives,
      idempotencyHash: null,
      isRetry: false,
      remixedFrom: null,
      requestId: 'req_1',
    },
  )
  const again = { ...words, identity: { ...words.identity, id: 'video_2' }, not: 'video_1' }
  expect(asked.slice(0, 2)).toMatchObject([{ ...words, not: null }, again])
})
