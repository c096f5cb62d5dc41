// Once for all tests of the package: it is packed and installed as a user does it, and one gateway with
// the simulator runs for all of them.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { buildClient } from '../../shared/package/build.mts'
import { startSite } from '../worker/startSite.ts'

/** What the tests are given. */
export interface Installed {
  /** A folder with the package in its node_modules. */
  readonly folder: string
  readonly tarball: string
  /** The gateway, with `/v1`. */
  readonly baseURL: string
  readonly apiKey: string
  readonly adminToken: string
  /** A page of another origin, which the gateway allows. */
  readonly page: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    installed: Installed
  }
}

const run = promisify(execFile)
const source = join(import.meta.dirname, '../../shared/package')

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'reelay-package-'))
  const tarball = await pack(folder)
  await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}')
  const quiet = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts']
  await run('npm', ['install', ...quiet, tarball], { cwd: folder })

  const server = createServer(({ url, method, headers }, response) => {
    if (url?.startsWith('/behind/') === true) {
      const there = new URL(url.slice('/behind'.length), site.url).href
      // A proxy that serves the gateway under a path; for what has no body.
      const passed = request(there, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      passed.end()
      return
    }
    if (url?.startsWith('/moved/') === true) {
      response.statusCode = 302
      response.setHeader('location', '/')
    }
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><title>a page</title>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the page has no port')
  const page = `http://127.0.0.1:${address.port}`
  const site = await startSite({ everyHost: false, vars: { ALLOWED_ORIGINS: page } })

  project.provide('installed', {
    folder,
    tarball,
    baseURL: `${site.url}/v1`,
    apiKey: site.key,
    adminToken: site.gateway.adminToken,
    page,
  })
  return async () => {
    server.closeAllConnections()
    server.close()
    await site.close()
    await rm(folder, { recursive: true })
  }
}

async function pack(folder: string): Promise<string> {
  await buildClient()
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: source,
  })
  const [packed] = JSON.parse(stdout) as { filename: string }[]
  if (packed === undefined) throw new Error('npm packed nothing')
  const tarball = join(folder, packed.filename)
  if ((await readFile(tarball)).length === 0) throw new Error('npm packed an empty file')
  return tarball
}
