// Installs n8n once, in a cache outside the repository: 3 GB that no checkout should carry. A run on
// a machine that has never seen it takes minutes, every later one seconds.

import { execFile } from 'node:child_process'
import { mkdir, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { homedir, platform, arch } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const n8nVersion = '2.41.1'
// 3 GB installed, 1 GB of npm's cache, and room to unpack.
const neededGibibytes = 8

const cacheRoot =
  process.env['REELAY_CACHE'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'reelay')

/** Thrown when this machine cannot hold what is needed; the test is then skipped, visibly. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError'
}

export interface N8nInstallation {
  readonly folder: string
  /** The Node that n8n wants: 24. */
  readonly node: string
  readonly n8n: string
}

export async function installN8n(): Promise<N8nInstallation> {
  // n8n asks for Node 24; a test may well run on an older one.
  const nodePackage = `node-${platform()}-${arch()}`
  const folder = join(cacheRoot, `n8n-${n8nVersion}`)
  const marker = join(folder, '.complete')
  if (!(await exists(marker))) {
    await install(folder, nodePackage)
    await writeFile(marker, new Date().toISOString())
  }
  return {
    folder,
    node: join(folder, 'node_modules', nodePackage, 'bin/node'),
    n8n: join(folder, 'node_modules/n8n/bin/n8n'),
  }
}

async function install(folder: string, nodePackage: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < neededGibibytes * 2 ** 30) {
    throw new NoRoomError(`n8n needs ${neededGibibytes} GiB in ${cacheRoot}; set REELAY_CACHE`)
  }
  const manifest = {
    private: true,
    dependencies: { n8n: n8nVersion, [nodePackage]: '24.21.0' },
    // Not on every registry in the version that n8n's dependencies ask for.
    overrides: { linkedom: '0.18.12', xlsx: '0.18.5' },
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  const options = { cwd: folder, maxBuffer: 2 ** 26 }
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], options)
  // Built against the headers that came with that Node; nothing is fetched from elsewhere.
  const home = join(folder, 'node_modules', nodePackage)
  const path = `${join(home, 'bin')}:${process.env['PATH']}`
  const env = { ...process.env, PATH: path, npm_config_nodedir: home }
  await run('npm', ['rebuild', 'sqlite3'], { ...options, env })
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
