// A real n8n: started, driven over its own REST API as its editor does, stopped and started again.

import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'

import type { N8nInstallation } from './installN8n.ts'

const run = promisify(execFile)

export const owner = { email: 'owner@example.com', password: 'Owner-password-1' }
/** Where n8n keeps files, below its folder. */
export const binaryFolders = { '2.41.1': '.n8n/storage', '1.123.81': '.n8n/binaryData' } as const
const browserId = 'reelay-tests'

export interface N8nServer {
  readonly url: string
  readonly processId: number
  /** JSON of `/rest…`; throws on anything but 2xx. */
  rest<T = unknown>(method: string, path: string, body?: unknown): Promise<T>
  /** JSON of any other address, as the editor reads it. */
  read<T>(path: string): Promise<T>
  /** SIGTERM, as an operator's restart. */
  stop(): Promise<void>
  /** Everything n8n has said. */
  log(): string
}

export interface N8nHome {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  readonly url: string
}

/** A fresh user folder with the packed node in it, as n8n's own installer would leave it. */
export async function createHome(
  { folder: n8nFolder }: N8nInstallation,
  folder: string,
  tarball: string,
): Promise<N8nHome> {
  const packageDir = join(folder, '.n8n/nodes/node_modules/n8n-nodes-reelay')
  await mkdir(packageDir, { recursive: true })
  await run('tar', ['-xzf', tarball, '-C', packageDir, '--strip-components=1'])
  const manifestFile = join(packageDir, 'package.json')
  const manifest = JSON.parse(await readFile(manifestFile, 'utf8')) as Record<string, unknown>
  for (const field of ['devDependencies', 'peerDependencies', 'optionalDependencies']) {
    delete manifest[field]
  }
  await writeFile(manifestFile, JSON.stringify(manifest))

  const [port, brokerPort] = [await findFreePort(), await findFreePort()]
  const url = `http://127.0.0.1:${port}`
  const require = createRequire(join(n8nFolder, 'package.json'))
  const { hashSync } = require('bcryptjs') as { hashSync(text: string, rounds: number): string }
  const off = 'false'
  return {
    folder,
    url,
    env: {
      ...process.env,
      N8N_USER_FOLDER: folder,
      N8N_ENCRYPTION_KEY: 'the-key-of-the-test-suite',
      DB_TYPE: 'sqlite',
      N8N_LISTEN_ADDRESS: '127.0.0.1',
      N8N_HOST: '127.0.0.1',
      N8N_PORT: String(port),
      N8N_RUNNERS_BROKER_PORT: String(brokerPort),
      WEBHOOK_URL: `${url}/`,
      N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
      N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
      N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
      N8N_INSTANCE_OWNER_EMAIL: owner.email,
      N8N_INSTANCE_OWNER_FIRST_NAME: 'Test',
      N8N_INSTANCE_OWNER_LAST_NAME: 'Owner',
      N8N_INSTANCE_OWNER_PASSWORD_HASH: hashSync(owner.password, 10),
      // Only 1.x asks; its isolated engine has no build for every Node.
      N8N_EXPRESSION_ENGINE: 'legacy',
      N8N_RUNNERS_ENABLED: 'true',
      N8N_SECURE_COOKIE: off,
      N8N_DIAGNOSTICS_ENABLED: off,
      N8N_DIAGNOSTICS_CONFIG_FRONTEND: '',
      N8N_DIAGNOSTICS_CONFIG_BACKEND: '',
      N8N_VERSION_NOTIFICATIONS_ENABLED: off,
      N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: off,
      N8N_DYNAMIC_BANNERS_ENABLED: off,
      N8N_TEMPLATES_ENABLED: off,
      N8N_PERSONALIZATION_ENABLED: off,
      N8N_HIRING_BANNER_ENABLED: off,
      N8N_VERIFIED_PACKAGES_ENABLED: off,
      N8N_LICENSE_AUTO_RENEW_ENABLED: off,
    },
  }
}

export async function startN8n(n8n: N8nInstallation, home: N8nHome): Promise<N8nServer> {
  const { url } = home
  // The inspector, which a signal opens, must not ask for the port of somebody else's.
  const child = spawn(n8n.node, ['--inspect-port=127.0.0.1:0', n8n.n8n, 'start'], {
    env: home.env,
    stdio: 'pipe',
  })
  // Also when the tests end in the middle of something.
  process.once('exit', () => child.kill('SIGKILL'))
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => (log += data.toString()))
  }
  const cookie = await untilReady(child, url, () => log)
    .then(async () => {
      if (n8n.version === '1.123.81') await setUpOwner(url)
      return await logIn(url)
    })
    .catch(async (error: unknown) => {
      await end(child)
      throw error
    })

  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(url + path, {
      method,
      headers: { cookie, 'browser-id': browserId, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text)
  }
  return {
    url,
    processId: child.pid ?? 0,
    log: () => log,
    rest: async <T>(method: string, path: string, body?: unknown) =>
      ((await ask(method, `/rest${path}`, body)) as { data: T }).data,
    read: async <T>(path: string) => (await ask('GET', path)) as T,
    stop: async () => await end(child),
  }
}

/** A command of n8n's own command line; n8n must not be running on this home. */
export async function runCli(n8n: N8nInstallation, home: N8nHome, ...args: string[]) {
  return await run(n8n.node, [n8n.n8n, ...args], { env: home.env, maxBuffer: 2 ** 26 })
}

async function untilReady(child: ChildProcess, url: string, log: () => string): Promise<void> {
  // A fresh database takes 11 s on two cores; a busy machine may need several times that.
  const deadline = Date.now() + 300_000
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`n8n ended: ${log()}`)
    const response = await fetch(`${url}/healthz/readiness`).catch(() => null)
    if (response?.ok === true) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error(`n8n did not get ready: ${log()}`)
}

/** n8n 1.x takes no owner from its environment; one that is there is left alone. */
async function setUpOwner(url: string): Promise<void> {
  const { email, password } = owner
  await untilAnswered(`${url}/rest/owner/setup`, {
    email,
    password,
    firstName: 'Test',
    lastName: 'Owner',
  })
}

/** Ready is said a little before the first routes exist, and the port may be closed once more. */
async function untilAnswered(url: string, body: object): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'browser-id': browserId },
      body: JSON.stringify(body),
    }).catch((error: unknown) => (attempt < 240 ? null : Promise.reject(error)))
    const isThere = response !== null && ![404, 503].includes(response.status)
    if (response !== null && (isThere || attempt >= 240)) return response
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

async function logIn(url: string): Promise<string> {
  const { email, password } = owner
  const response = await untilAnswered(`${url}/rest/login`, { emailOrLdapLoginId: email, password })
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0]
  if (response.ok && cookie !== undefined) return cookie
  throw new Error(`login: ${response.status} ${await response.text()}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  // One that does not end by itself must not outlive the tests.
  const late = setTimeout(() => child.kill('SIGKILL'), 60_000)
  await ended
  clearTimeout(late)
}

async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
