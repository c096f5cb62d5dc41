// An amount that cannot be counted exactly is refused before anybody hears of it: a sum that has lost its
// cents would spend them for ever.

import { expect, test } from 'vitest'
import { safeParseModels } from '../../shared/request/parseModels.ts'
import { safeParseVideoRequest } from '../../shared/request/request.ts'
import { withoutDirectives } from '../../worker/account/admit.ts'
import type { Relays } from '../../worker/settings/relays.ts'
import { submit, type SubmissionPorts } from '../../worker/submission/submit.ts'

test('factors that make an amount too large to count are refused, and nobody is asked', async () => {
  const fields = { fps: 1000, tier: 1000, codec: 1000 }
  const parsed = safeParseModels(JSON.stringify([{ id: 'm', price_usd: 1000, fields }]))
  if (!parsed.ok) throw new Error(parsed.message)
  const { models } = parsed
  const notAsked = () => Promise.reject(new Error('asked'))
  const ports: SubmissionPorts = {
    relays: [{ id: 'default', kind: 'chat' }] as unknown as Relays,
    models,
    toKey: notAsked,
    createId: notAsked,
    admit: notAsked,
    generation: () => {
      throw new Error('asked')
    },
    onUnreached: () => undefined,
  }
  const ask = async (more: object) => {
    const request = await safeParseVideoRequest({ prompt: 'a cat', n: 16, ...more }, models)
    if (!request.ok) throw new Error(request.error.message)
    return await submit(ports, {
      account: 'acme',
      credential: { keyId: 'key_1' },
      request: request.request,
      options: request.options,
      remixedFrom: null,
      requestId: 'req_1',
      directives: withoutDirectives,
      idempotencyHash: null,
      isRetry: false,
    })
  }
  const refused = { kind: 'refused', code: 'invalid_request', param: 'n' }
  expect(await ask({ fps: 60, tier: 'x', codec: 'y' })).toMatchObject(refused)
  await expect(ask({ fps: 60 })).rejects.toThrow('asked')
})
