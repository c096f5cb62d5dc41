// Packs the node as it would be published, in a folder of its own, so that others may build or pack at
// the same time.

import { execFile } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { buildPackage, root } from '../../n8n-node/build.mts'

const built = ['dist', 'node_modules'].map((name) => join(root, name))

/** The path of the tarball, in `outDir`. */
export async function packNode(outDir: string): Promise<string> {
  const folder = join(outDir, 'packing')
  await cp(root, folder, { recursive: true, filter: (path) => !built.includes(path) })
  await buildPackage(join(folder, 'dist'))
  const { stdout } = await promisify(execFile)(
    'npm',
    ['pack', '--json', '--pack-destination', outDir],
    { cwd: folder },
  )
  const [packed] = JSON.parse(stdout) as { filename: string }[]
  if (packed === undefined) throw new Error('npm packed nothing')
  return join(outDir, packed.filename)
}
