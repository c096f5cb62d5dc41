// `npm run build`: writes the made files into worker/public, where wrangler takes them from.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generatePublic } from './generatePublic.ts'

for (const [path, text] of await generatePublic()) {
  await writeFile(join(import.meta.dirname, '../..', path), text)
  console.log(`${path}  ${Math.ceil(text.length / 1024)} KiB`)
}
