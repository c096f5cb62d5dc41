// The gateway as an operator starts it: `wrangler dev`, settings as `--var`, and the minute's trigger
// through the address that wrangler offers for it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startRelaySimulator } from '../relay/relaySimulator.ts'

const root = join(import.meta.dirname, '../..')
const adminToken = 'an-admin-token-for-wrangler-dev-only'

interface Schedule {
  id: string
  next_run_at: number
  last_runs: { slot: number; state: string; video_id: string | null }[]
}

test('`wrangler dev` starts exactly what is due, however often its trigger is sent', async () => {
  const relay = await startRelaySimulator()
  const dev = await startWranglerDev({
    RELAY_BASE_URL: relay.baseUrl,
    RELAY_API_KEY: relay.apiKey,
    ADMIN_TOKEN: adminToken,
    ALLOW_PRIVATE_NETWORK: 'true',
  })
  try {
    const call = async <T>(
      method: string,
      path: string,
      token: string,
      body?: object,
    ): Promise<T> => {
      const response = await fetch(`${dev.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      if (!response.ok)
        throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as T
    }
    const { key } = await call<{ key: string }>('POST', '/admin/keys', adminToken, { name: 'dev' })
    const create = (cron: string, prompt: string) =>
      call<Schedule>('POST', '/v1/schedules', key, {
        name: prompt,
        cron,
        timezone: 'Europe/Berlin',
        request: { prompt: `${prompt} {{date}} {{time}}` },
      })
    const get = (id: string) => call<Schedule>('GET', `/v1/schedules/${id}`, key)
    const trigger = async (seconds: number) => {
      const query = `cron=*+*+*+*+*&time=${seconds * 1000}`
      const response = await fetch(`${dev.url}/cdn-cgi/handler/scheduled?${query}`)
      expect(response.status).toBe(200)
    }

    const daily = await create('0 9 * * *', 'daily')
    const sooner = await create('59 8 * * *', 'sooner')
    const later = await create('1 9 * * *', 'later')
    const slot = daily.next_run_at
    await trigger(slot - 120)
    expect(relay.requests).toEqual([])
    for (let times = 0; times < 3; times += 1) await trigger(slot)
    await Promise.all([trigger(slot), trigger(slot)])

    const started = async (id: string) =>
      (await get(id)).last_runs.filter(({ state }) => state === 'started').map((run) => run.slot)
    expect(await started(daily.id)).toEqual([slot])
    expect(await started(sooner.id)).toEqual([slot - 60])
    expect(await started(later.id)).toEqual([])
    await expect.poll(() => relay.billed, { timeout: 20_000 }).toHaveLength(2)
    await trigger(slot + 60)
    expect(await started(later.id)).toEqual([slot + 60])
    const video = (await get(daily.id)).last_runs[0]?.video_id
    await expect
      .poll(() => call<object>('GET', `/v1/videos/${video}`, key), { timeout: 20_000 })
      .toMatchObject({ status: 'completed' })
    await expect.poll(() => relay.billed, { timeout: 20_000 }).toHaveLength(3)
  } finally {
    await dev.close()
    await relay.close()
  }
})

async function startWranglerDev(vars: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'reelay-'))
  const port = await findFreePort()
  const args = ['dev', '--port', String(port), '--ip', '127.0.0.1', '--inspector-port', '0']
  for (const [name, value] of Object.entries(vars)) args.push('--var', `${name}:${value}`)
  const child = spawn(join(root, 'node_modules/.bin/wrangler'), [...args, '--persist-to', folder], {
    cwd: root,
    // A group of its own: wrangler's runtime must not outlive it.
    detached: true,
    env: {
      ...process.env,
      CI: '1',
      WRANGLER_SEND_METRICS: 'false',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => (said += data.toString()))
  }
  const url = `http://127.0.0.1:${port}`
  const close = async () => {
    if (child.exitCode === null && child.pid !== undefined) {
      const exited = once(child, 'exit')
      process.kill(-child.pid, 'SIGTERM')
      await exited
    }
    await rm(folder, { recursive: true, force: true })
  }
  while (!(await isUp(url))) {
    if (child.exitCode !== null) throw new Error(`wrangler dev did not start:\n${said}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return { url, close }
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok
  } catch {
    return false
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('There is no free TCP port.')
  return address.port
}
