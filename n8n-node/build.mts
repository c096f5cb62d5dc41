// Builds what is published: each entry as one file with the shared core inside, since the package
// has no runtime dependencies. Unminified, because n8n's reviewers read it.

import { cp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'

/** The package's own folder. */
export const root = dirname(fileURLToPath(import.meta.url))

const nodes = ['nodes/Reelay/Reelay.node', 'nodes/ReelayTrigger/ReelayTrigger.node']
export const entries = ['credentials/ReelayApi.credentials', ...nodes]
const assets = ['icons', ...nodes.map((node) => `${node}.json`)]
// Twice today's size; a jump beyond means that something was bundled that should not be.
const maxBundleBytes = 500_000

/** Fills `outDir`; default is the package's own `dist`. */
export async function buildPackage(outDir = join(root, 'dist')): Promise<void> {
  await rm(outDir, { recursive: true, force: true })
  await build({
    absWorkingDir: root,
    entryPoints: entries.map((entry) => ({ in: `${entry}.ts`, out: entry })),
    outdir: outDir,
    bundle: true,
    platform: 'node',
    // The oldest Node that an n8n of today runs on.
    target: 'node20',
    format: 'cjs',
    external: ['n8n-workflow'],
    legalComments: 'none',
    logLevel: 'warning',
  })
  for (const asset of assets) {
    await cp(join(root, asset), join(outDir, asset), { recursive: true })
  }
  await writeNotices(outDir)
  for (const entry of entries) {
    const { size } = await stat(join(outDir, `${entry}.js`))
    if (size > maxBundleBytes) {
      throw new Error(`${entry}.js has ${size} bytes; look at what it bundles`)
    }
  }
}

/** What is bundled of others goes with its licence. */
async function writeNotices(outDir: string): Promise<void> {
  const licence = createRequire(import.meta.url).resolve('zod/package.json')
  const text = await readFile(join(dirname(licence), 'LICENSE'), 'utf8')
  const title = 'These files contain zod (https://zod.dev), under this licence:'
  await writeFile(join(outDir, 'THIRD-PARTY-NOTICES.txt'), `${title}\n\n${text}`)
}

if (import.meta.main) await buildPackage()
