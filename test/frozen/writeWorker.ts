// Keeps the Worker of a release, which a later one must get along with: as it is deployed, and what its
// objects can be asked.
//   node test/frozen/writeWorker.ts test/fixtures/storage/<release> [<folder of that release's project>]

import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { bundleWorker, root } from '../gateway/bundleWorker.ts'
import { readMethods } from './methods.ts'

const [target, folder = root] = process.argv.slice(2)
if (target === undefined) throw new Error('Name a folder: test/fixtures/storage/<release>')
const from = resolve(folder)
await mkdir(target, { recursive: true })
const code = await bundleWorker({ from, minify: true })
await writeFile(join(target, 'worker.js.gz'), gzipSync(code, { level: 9 }))
const methods = await readMethods(from)
await writeFile(join(target, 'methods.json'), `${JSON.stringify(methods, null, 2)}\n`)
