// What stands in one HTML tag: its name, and its attributes as they are written.

import type { LinkKind } from './foundLink.ts'

/** What the `src` of a tag is. */
export const kindOf: ReadonlyMap<string, LinkKind> = new Map([
  ['video', 'video'],
  ['source', 'video'],
  ['iframe', 'frame'],
  ['embed', 'frame'],
])
export const knownTags = new Set([...kindOf.keys(), 'img', 'a'])

export function isTagNameChar(char: string): boolean {
  return (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z')
}

/** `video src="…" controls`, possibly cut: an attribute whose quote never closed is not one. */
export function readTag(tag: string): { name: string; attributes: Map<string, string> } {
  const attributes = new Map<string, string>()
  let at = 0
  while (isTagNameChar(tag.charAt(at))) at += 1
  const name = tag.slice(0, at).toLowerCase()
  while (at < tag.length) {
    const start = at
    while (at < tag.length && !' \t\n\r=>'.includes(tag.charAt(at))) at += 1
    const key = tag.slice(start, at).toLowerCase()
    if (key === '' && tag.charAt(at) !== '=') {
      at += 1
      continue
    }
    // `controls = "controls"` has blanks around its sign, `download` has none.
    let sign = at
    while (' \t'.includes(tag.charAt(sign)) && sign < tag.length) sign += 1
    if (tag.charAt(sign) !== '=') {
      attributes.set(key, '')
      at += 1
      continue
    }
    at = sign
    while (' \t'.includes(tag.charAt(at + 1)) && at + 1 < tag.length) at += 1
    const quote = tag.charAt(at + 1)
    if (quote === '"' || quote === "'") {
      const end = tag.indexOf(quote, at + 2)
      if (end === -1) break
      attributes.set(key, tag.slice(at + 2, end))
      at = end + 1
    } else {
      const from = at + 1
      at = from
      while (at < tag.length && !' \t\n\r>'.includes(tag.charAt(at))) at += 1
      if (at < tag.length && at > from) attributes.set(key, tag.slice(from, at))
    }
  }
  return { name, attributes }
}
