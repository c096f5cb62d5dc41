// `npm run build`: writes what is made: into worker/public, where wrangler takes it from, and into docs.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildPage } from './buildPage.ts'
import { generatePublic } from './generatePublic.ts'

for (const [path, text] of await generatePublic()) {
  await writeFile(join(import.meta.dirname, '../..', path), text)
  console.log(`${path}  ${Math.ceil(text.length / 1024)} KiB`)
}
await buildPage({ anew: true })
