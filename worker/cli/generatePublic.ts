// What is made, not written: what the page shares with the Worker, the API's description, the types of
// the package, and the table of routes in docs/api.md. The same sources give the same text, so a test can compare.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { createDocument } from '../openapi/document.ts'
import { withRouteTable } from '../openapi/routeTable.ts'
import { createTypes } from './toTypes.ts'

const root = join(import.meta.dirname, '../..')

/** Path from the repository's root → text. */
export async function generatePublic(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['worker/public/page/core.js', await bundlePageCore()],
    ['worker/public/openapi.json', `${JSON.stringify(createDocument())}\n`],
    ['shared/package/wire.ts', createTypes()],
    ['docs/api.md', withRouteTable(await readFile(`${root}/docs/api.md`, 'utf8'))],
  ])
}

async function bundlePageCore(): Promise<string> {
  const result = await build({
    entryPoints: [`${root}/worker/public/page/core.ts`],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    banner: { js: '// Made by `npm run build` from worker/public/page/core.ts. Do not edit.' },
    write: false,
    logLevel: 'error',
  })
  const [file] = result.outputFiles
  if (file === undefined) throw new Error('The page did not bundle.')
  return file.text
}
