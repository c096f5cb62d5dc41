// Backup and restore as docs/self-hosting.md says: stop, copy the folder, start it elsewhere.

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startRelaySimulator } from '../relay/relaySimulator.ts'
import { makeVideo, startProgram, stop, type Started } from '../worker/startProgram.ts'

test('a folder that was copied while it stood still is the same gateway elsewhere', async () => {
  const relay = await startRelaySimulator({ apiKey: 'sk-4Qmf81' })
  const folder = mkdtempSync(join(tmpdir(), 'reelay-'))
  const here = join(folder, 'here')
  const there = join(folder, 'there')
  const settings = [
    `RELAY_BASE_URL=${relay.baseUrlOf('xai')}`,
    'RELAY_KIND=xai',
    'RELAY_API_KEY=sk-4Qmf81',
    'ALLOW_PRIVATE_NETWORK=true',
    'HEARTBEAT_MS=2000',
  ].join('\n')
  const read = ({ text }: Started) => ({
    url: /Open the page:\s+(\S+)\/#key=/.exec(text)?.[1] ?? '',
    key: /#key=(\S+)/.exec(text)?.[1] ?? '',
  })
  const call = async (started: Started, path: string, body?: object) => {
    const { url, key } = read(started)
    const response = await fetch(`${url}/v1${path}`, {
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    })
    return (await response.json()) as { id: string; status: string; url: string }
  }

  const before = await startProgram(folder, settings, ['--data', here])
  const done = await makeVideo(before.text)
  expect(done).toContain('"status":"completed"')
  const running = await call(before, '/videos', { prompt: 'goes on', model: 'sora-2' })
  await stop(before)
  cpSync(here, there, { recursive: true })

  const after = await startProgram(folder, settings, ['--data', there])
  expect(read(after).key).toBe(read(before).key)
  await expect
    .poll(async () => (await call(after, `/videos/${running.id}`)).status, { timeout: 40_000 })
    .toBe('completed')
  const video = await call(after, `/videos/${running.id}`)
  expect((await (await fetch(video.url)).bytes()).length).toBeGreaterThan(1000)
  const id = /video_\w+/.exec(done)?.[0] ?? ''
  expect(await call(after, `/videos/${id}`)).toMatchObject({ id, status: 'completed' })
  expect(relay.billedOf('xai')).toHaveLength(2)
  await stop(after)
  await relay.close()
  rmSync(folder, { recursive: true })
})
