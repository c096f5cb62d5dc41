// Plants a bug by changing the text of sources while they are loaded. A text that is not there any
// more, or not once, is an error: a mutant that mutates nothing would be killed by nobody.

import { registerHooks } from 'node:module'
import type { Mutant } from './mutant.ts'

/** @returns the files that were not loaded so far. */
export function plant(mutant: Mutant | undefined): () => string[] {
  if (mutant === undefined) throw new Error('There is no such mutant.')
  const missing = new Set(mutant.changes.map(({ file }) => file))
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      const changes = mutant.changes.filter(({ file }) => url.endsWith(`/${file}`))
      if (changes.length === 0) return loaded
      let source = toText(loaded.source)
      for (const { file, from, to } of changes) {
        const places = source.split(from).length - 1
        if (places !== 1) {
          throw new Error(`${mutant.name}: its text is in ${file} ${places} times, not once.`)
        }
        source = source.replace(from, () => to)
        missing.delete(file)
      }
      return { ...loaded, source }
    },
  })
  return () => [...missing]
}

function toText(source: unknown): string {
  if (typeof source === 'string') return source
  return source instanceof Uint8Array ? new TextDecoder().decode(source) : ''
}
