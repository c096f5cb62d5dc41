// Files of Node, Deno and Bun. A file appears under its name when it is whole.

import { open, rename, rm } from 'node:fs/promises'

export async function writeFile(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  const part = `${path}.${Math.random().toString(36).slice(2, 10)}.part`
  const file = await open(part, 'wx')
  try {
    for await (const bytes of body) await file.writeFile(bytes)
    await file.close()
    await rename(part, path)
  } catch (error) {
    await file.close()
    await rm(part, { force: true })
    throw error
  }
}
