// What is made, not written, and kept in git: the API's description, the types of the package, and the
// table of routes in docs/api.md. The same sources give the same text, so a test can compare.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createDocument } from '../openapi/document.ts'
import { withRouteTable } from '../openapi/routeTable.ts'
import { createTypes } from './toTypes.ts'

const root = join(import.meta.dirname, '../..')

/** Path from the repository's root → text. */
export async function generatePublic(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['worker/public/openapi.json', `${JSON.stringify(createDocument())}\n`],
    ['shared/package/wire.ts', createTypes()],
    ['docs/api.md', withRouteTable(await readFile(`${root}/docs/api.md`, 'utf8'))],
  ])
}
