// Packs the node as it would be published.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { buildPackage } from '../../n8n-node/build.mts'

/** The path of the tarball, in `outDir`. */
export async function packNode(outDir: string): Promise<string> {
  await buildPackage()
  const { stdout } = await promisify(execFile)(
    'npm',
    ['pack', '--json', '--pack-destination', outDir],
    { cwd: join(import.meta.dirname, '../../n8n-node') },
  )
  const [packed] = JSON.parse(stdout) as { filename: string }[]
  if (packed === undefined) throw new Error('npm packed nothing')
  return join(outDir, packed.filename)
}
