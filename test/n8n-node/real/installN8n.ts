// Installs an n8n once, in a cache outside the repository: 5 GB for two that no checkout should carry. A
// run on a machine that has never seen them takes minutes, every later one seconds.

import { execFile } from 'node:child_process'
import { mkdir, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { homedir, platform, arch } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Today's, and the least that the README names. Both run on Node 24. */
export const n8nVersions = ['2.41.1', '1.123.81'] as const
export type N8nVersion = (typeof n8nVersions)[number]
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
  readonly version: N8nVersion
  readonly folder: string
  readonly node: string
  readonly n8n: string
}

export async function installN8n(version: N8nVersion): Promise<N8nInstallation> {
  // n8n asks for Node 24; a test may well run on an older one.
  const nodePackage = `node-${platform()}-${arch()}`
  const folder = join(cacheRoot, `n8n-${version}`)
  const marker = join(folder, '.complete')
  if (!(await exists(marker))) {
    await install(version, folder, nodePackage)
    await writeFile(marker, new Date().toISOString())
  }
  return {
    version,
    folder,
    node: join(folder, 'node_modules', nodePackage, 'bin/node'),
    n8n: join(folder, 'node_modules/n8n/bin/n8n'),
  }
}

async function install(version: N8nVersion, folder: string, nodePackage: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < neededGibibytes * 2 ** 30) {
    throw new NoRoomError(`n8n needs ${neededGibibytes} GiB in ${cacheRoot}; set REELAY_CACHE`)
  }
  const manifest = {
    private: true,
    dependencies: { n8n: version, [nodePackage]: '24.21.0' },
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
