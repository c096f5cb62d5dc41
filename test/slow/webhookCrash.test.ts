// A machine that dies between sending a message and noting that it was sent: the runtime is killed
// for real, and when the lease is over the same message comes once more.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startGateway } from '../gateway/startGateway.ts'
import { startRelaySimulator } from '../relay/relaySimulator.ts'
import { killRuntime } from '../worker/killRuntime.ts'
import { findAcceptors, startReceiver } from '../worker/startReceiver.ts'

test('a message that was on its way when the machine died comes again with the same id', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reelay-'))
  const [relay, receiver] = [await startRelaySimulator(), await startReceiver()]
  const start = () => startGateway({ relay, everyHost: false, persistTo: folder })
  let gateway = await start()
  try {
    const { key } = await gateway.createKey()
    const secret = 'the words of a receiver'
    receiver.queue('hang')
    await gateway.fetch('/v1/videos', key, {
      method: 'POST',
      body: JSON.stringify({ prompt: 'a dodo', webhook: { url: receiver.origin, secret } }),
    })
    const [before] = await receiver.waitFor(1)
    await killRuntime()
    await gateway.close()
    gateway = await start()
    const [, after] = await receiver.waitFor(2)
    if (before === undefined || after === undefined) throw new Error('nothing arrived')
    expect(after.event).toEqual(before.event)
    expect(after.headers['webhook-timestamp']).not.toBe(before.headers['webhook-timestamp'])
    expect(await findAcceptors(after, secret)).toContain('openai')
    expect(relay.billed).toHaveLength(1)
  } finally {
    await gateway.close()
    await receiver.close()
    await relay.close()
    await rm(folder, { recursive: true, force: true })
  }
})
