// A peer for comparison: Portkey's gateway, as its package starts it. Not a dependency: the full run
// installs it into a folder of its own, so that nobody else has to.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const PACKAGE = '@portkey-ai/gateway'
const VERSION = '1.15.2'
export const PEER = `Portkey's gateway ${VERSION} on Node`

/**
 * Its Node server adds headers to what `fetch` returned, which Node forbids: every streamed answer is
 * a 500. With answers whose headers may be changed it works, and that costs it microseconds.
 */
const withMutableHeaders = `
const { fetch, Response } = globalThis
globalThis.fetch = async (...request) => {
  const { body, status, statusText, headers } = await fetch(...request)
  return new Response(body, { status, statusText, headers })
}`

export interface RunningPeer {
  readonly url: string
  readonly pid: number
  /** What a caller sends to have `baseUrl` asked. */
  headersFor(baseUrl: string): Record<string, string>
  close(): Promise<void>
}

export async function startPortkey(): Promise<RunningPeer> {
  const folder = mkdtempSync(join(tmpdir(), 'reelay-peer-'))
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  const wish = `${PACKAGE}@${VERSION}`
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', wish], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const shim = join(folder, 'withMutableHeaders.mjs')
  writeFileSync(shim, withMutableHeaders)
  const port = await findFreePort()
  const main = join(folder, 'node_modules', PACKAGE, 'build/start-server.js')
  const child = spawn(
    process.execPath,
    ['--import', pathToFileURL(shim).href, main, `--port=${port}`, '--headless'],
    { stdio: 'ignore' },
  )
  const url = `http://127.0.0.1:${port}`
  await untilAnswered(url)
  return {
    url,
    pid: child.pid ?? 0,
    headersFor: (baseUrl) => ({
      authorization: 'Bearer key-of-the-bench',
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': baseUrl,
    }),
    async close() {
      child.kill()
      await once(child, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Ten seconds. */
const MOST_TRIES = 100

async function untilAnswered(url: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await (await fetch(url)).text()
      return
    } catch (error) {
      if (tries === MOST_TRIES) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
