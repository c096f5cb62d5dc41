// Installs n8n and its tools once, in a cache outside the repository: 3 GB that no checkout should
// carry. A run on a machine that has never seen them takes minutes, every later one seconds.

import { execFile } from 'node:child_process'
import { mkdir, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { homedir, platform, arch } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const n8nVersion = '2.41.1'

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
  const folder = await installOnce(`n8n-${n8nVersion}`, 8, {
    dependencies: { n8n: n8nVersion, [nodePackage]: '24.21.0' },
    // Not on every registry in the version that n8n's dependencies ask for.
    overrides: { linkedom: '0.18.12', xlsx: '0.18.5' },
    rebuild: { module: 'sqlite3', nodePackage },
  })
  return {
    folder,
    node: join(folder, 'node_modules', nodePackage, 'bin/node'),
    n8n: join(folder, 'node_modules/n8n/bin/n8n'),
  }
}

/** n8n's linter and its verification scan. Their own install scripts only want to talk about pnpm. */
export async function installTools(): Promise<string> {
  return await installOnce('n8n-tools-0.48.3', 3, {
    dependencies: {
      '@n8n/node-cli': '0.48.3',
      '@n8n/scan-community-package': '0.32.0',
      'n8n-workflow': '2.41.0',
      zod: '3.25.76',
    },
    overrides: {},
  })
}

interface Recipe {
  readonly dependencies: Readonly<Record<string, string>>
  readonly overrides: Readonly<Record<string, string>>
  readonly rebuild?: { readonly module: string; readonly nodePackage: string }
}

async function installOnce(name: string, gibibytes: number, recipe: Recipe): Promise<string> {
  const folder = join(cacheRoot, name)
  const marker = join(folder, '.complete')
  if (await exists(marker)) return folder
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < gibibytes * 2 ** 30) {
    throw new NoRoomError(`${name} needs ${gibibytes} GiB in ${cacheRoot}; set REELAY_CACHE`)
  }
  const { dependencies, overrides, rebuild } = recipe
  const manifest = { private: true, dependencies, overrides }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  const options = { cwd: folder, maxBuffer: 2 ** 26 }
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], options)
  if (rebuild !== undefined) {
    // Built against the headers that came with that Node; nothing is fetched from elsewhere.
    const home = join(folder, 'node_modules', rebuild.nodePackage)
    const path = `${join(home, 'bin')}:${process.env['PATH']}`
    const env = { ...process.env, PATH: path, npm_config_nodedir: home }
    await run('npm', ['rebuild', rebuild.module], { ...options, env })
  }
  await writeFile(marker, new Date().toISOString())
  return folder
}

export async function packNode(outDir: string): Promise<string> {
  const packageDir = join(dirname(import.meta.dirname), '../../n8n-node')
  const { buildPackage } = await import('../../../n8n-node/build.mts')
  await buildPackage()
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', outDir], {
    cwd: packageDir,
  })
  const [packed] = JSON.parse(stdout) as { filename: string }[]
  if (packed === undefined) throw new Error('npm packed nothing')
  return join(outDir, packed.filename)
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
