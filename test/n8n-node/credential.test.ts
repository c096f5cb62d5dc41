// What the button Test of the credential says, in n8n's real context for it.

import { afterAll, beforeAll, expect, test } from 'vitest'

import type { ICredentialsDecrypted, ICredentialTestFunctions } from 'n8n-workflow'

import { startGateway, type RunningGateway } from '../gateway/startGateway.ts'
import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'
import { startCallbackServer, type CallbackServer } from './callbackServer.ts'
import { core, createAdditionalData, lend, reelay, reelayTrigger } from './n8nCore.ts'

let relay: RelaySimulator
let gateway: RunningGateway
let website: CallbackServer

beforeAll(async () => {
  relay = await startRelaySimulator()
  gateway = await startGateway({ relay })
  website = await startCallbackServer()
})
afterAll(async () => {
  await website.close()
  await gateway.close()
  await relay.close()
})

async function ask(baseUrl: string, apiKey: string, relayKind = 'auto') {
  const data = { baseUrl, apiKey, relayKind }
  const context = new core.CredentialTestContext(createAdditionalData({ credential: data }))
  const test = reelay.methods?.credentialTest?.['testCredential']
  if (test === undefined) throw new Error('there is no test')
  const credential = { id: '1', name: 'Reelay', type: 'reelayApi', data } as ICredentialsDecrypted
  return await test.call(lend<ICredentialTestFunctions>(context), credential)
}

test('both nodes name it', () => {
  for (const { description } of [reelay, reelayTrigger]) {
    expect(description.credentials?.[0]?.testedBy).toBe('testCredential')
  }
})

test.each(['', '/', '/v1', '/v1/videos', '/?x=1', '/#key=abc'])(
  'a gateway at <its address>%s: what it has, what the key may and has left',
  async (end) => {
    const { key } = await gateway.createKey({ budget_usd: 12 })
    expect(await ask(gateway.url + end, key)).toEqual({
      status: 'OK',
      message: 'Reelay gateway, 2 models, this key may generate, $12.00 left.',
    })
    expect((await ask(gateway.url + end, 'wrong')).message).toContain('refused the API key')
    expect(relay.requests).toHaveLength(0)
  },
)

test('a key that may only read is known', async () => {
  const { key } = await gateway.createKey({ scopes: ['read'] })
  expect((await ask(gateway.url, key)).message).toBe(
    'Reelay gateway, 2 models, this key may not generate, no budget set.',
  )
})

test('a plain relay, and how it is spoken to', async () => {
  const models = expect.stringMatching(/^Plain relay, \d+ models?, spoken to as (chat|xai)\.$/)
  expect(await ask(relay.baseUrl, relay.apiKey)).toEqual({ status: 'OK', message: models })
  expect((await ask(relay.baseUrl, relay.apiKey, 'xai')).message).toContain('as xai')
  expect((await ask(relay.baseUrl, 'wrong')).status).toBe('Error')
})

test('a website that answers everything is no API', async () => {
  const { status, message } = await ask(website.origin, 'key')
  expect([status, message]).toEqual(['Error', expect.stringContaining('not as an API')])
})

test.each([
  ['', 'no address'],
  ['ftp://x', 'no address'],
  ['http://127.0.0.1:9', 'Nobody listens'],
  ['http://nowhere.invalid', 'no such host'],
])('"%s": the one thing that is wrong', async (baseUrl, sentence) => {
  const { status, message } = await ask(baseUrl, 'key')
  expect([status, message]).toEqual(['Error', expect.stringContaining(sentence)])
})

test('an address without a scheme, where nobody speaks https', async () => {
  const { message } = await ask(relay.origin.replace('http://', ''), relay.apiKey)
  expect(message).toContain('Begin the base URL with http://')
})

test('a wrong path is told', async () => {
  const { key } = await gateway.createKey()
  expect((await ask(`${gateway.url}/nowhere`, key)).message).toContain('no API at this base URL')
})
