// A relay that is taken out of RELAYS while its jobs run: `check:relays` names it, nobody looks at the
// jobs any more, and the doubt stays.

import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { VideoResource } from '../../shared/video/video.ts'
import { startGateway, type RunningGateway } from '../gateway/startGateway.ts'
import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'
import { arrange } from '../relay/tasks/taskScenario.ts'
import { killRuntime } from './killRuntime.ts'

const program = join(import.meta.dirname, '../../worker/cli/checkRelays.ts')

let folder: string
let old: RelaySimulator
let other: RelaySimulator
let gateway: RunningGateway
let key: string

const toVars = (ids: readonly string[]) => ({
  RELAY_BASE_URL: '',
  RELAYS: JSON.stringify(
    ids.map((id) => {
      const base = id === 'old' ? old.baseUrlOf('videos') : other.baseUrlOf('videos')
      return { id, kind: 'videos', base_url: base, key: 'THE_KEY', poll_ms: 100 }
    }),
  ),
  THE_KEY: 'relay-key',
})

const start = (ids: readonly string[]) =>
  startGateway({
    relay: old,
    persistTo: folder,
    everyHost: false,
    vars: toVars(ids),
    onLog: (line) => lines.push(line),
  })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-'))
  old = await startRelaySimulator()
  other = await startRelaySimulator()
  old.setTaskScenario(arrange({ afterMs: 3_600_000 }))
  gateway = await start(['old', 'other'])
  ;({ key } = await gateway.createKey())
})
afterAll(async () => {
  await gateway.close()
  await old.close()
  await other.close()
  await rm(folder, { recursive: true, force: true })
})

/** With the settings of a gateway that has these relays. */
async function check(ids: readonly string[]) {
  const { RELAYS, THE_KEY } = toVars(ids)
  const ADMIN_TOKEN = gateway.adminToken
  const env = { PATH: process.env['PATH'], RELAYS, THE_KEY, ADMIN_TOKEN }
  return await new Promise<{ code: number | null; out: string }>((resolve) => {
    const child = spawn(process.execPath, [program, '--gateway', gateway.url], {
      cwd: folder,
      env: { ...env, ALLOW_PRIVATE_NETWORK: 'true' },
    })
    let out = ''
    child.stdout.on('data', (data: Buffer) => (out += String(data)))
    child.stderr.on('data', (data: Buffer) => (out += String(data)))
    child.on('close', (code) => resolve({ code, out }))
  })
}

const lines: string[] = []
let id = ''
const read = async () =>
  (await (await gateway.fetch(`/v1/videos/${id}`, key)).json()) as VideoResource

async function replaceBy(ids: readonly string[]): Promise<void> {
  await killRuntime()
  await gateway.close()
  gateway = await start(ids)
}

test('is named by the check while its job runs, and by no other', async () => {
  const body = JSON.stringify({ prompt: 'a cat' })
  const response = await gateway.fetch('/v1/videos', key, { method: 'POST', body })
  id = ((await response.json()) as VideoResource).id
  await expect.poll(() => old.tasks[0]?.looks ?? 0).toBeGreaterThan(0)
  expect(await check(['other'])).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^old\n {2}no relay has this id any more, and 1 video is/m),
  })
  expect(await check(['old', 'other'])).toMatchObject({ code: 0 })
})

test('is not asked any more, nor is another in its place', async () => {
  await replaceBy(['other'])
  const { looks } = old.tasks[0] ?? { looks: 0 }
  const isInVain = (line: string) => line.includes('"job looked at"') && line.includes('"no news"')
  await expect.poll(() => lines.some(isInVain), { timeout: 20_000 }).toBe(true)
  expect(await read()).toMatchObject({ status: 'in_progress', charge: 'possible' })
  expect(old.tasks[0]?.looks).toBe(looks)
  expect(other.requests.filter(({ url }) => url.pathname.includes('/videos/v1/videos'))).toEqual([])
}, 60_000)
