// Puts one setting into a file of settings and changes nothing else: read back, all others must say
// what they said. What cannot be written so is refused rather than half done.

import { readFileSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual, parseEnv } from 'node:util'

/** False when it would not be read back as it was meant; the file is then as it was. */
export function writeSetting(file: string, name: string, value: string): boolean {
  const text = readFileSync(file, 'utf8')
  const quoted = ["'", '`', '"'].find((mark) => !value.includes(mark))
  if (quoted === undefined) return false
  const line = `${name}=${quoted}${value}${quoted}`
  // A value may go on over lines while it is quoted.
  const old = new RegExp(
    `^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=[ \\t]*(?:'[^']*'|"[^"]*"|\`[^\`]*\`|[^\\n'"\`][^\\n]*|)[^\\n]*$`,
    'm',
  )
  const next = old.test(text)
    ? text.replace(old, () => line)
    : `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`
  const wanted = { ...parseEnv(text), [name]: value }
  if (!isDeepStrictEqual({ ...parseEnv(next) }, wanted)) return false
  writeFileSync(file, next)
  return true
}
