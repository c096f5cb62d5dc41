// How an address is written into prose: which characters end it, which of them are its own, and what has
// to be undone before it is one.

import { hasVideoExtension } from './videoFile.ts'

/** Ends a bare URL, as does any character beyond ASCII: Chinese text follows links without a space. */
const bareEnd = ' \t\n\r)"\'`<>[]|\\{}^'
const targetEnd = ' \t\n\r)"\'`<>\\'
const runs = {
  url: /[^ \t\n\r)"'`<>[\]|\\{}^\x7f-\uffff]+/y,
  target: /[^ \t\n\r)"'`<>\\]+/y,
}
/** Sentence marks and emphasis that follow a bare URL rather than belong to it. */
const trailing = '.,;:!?*~'

export function endsBare(char: string, address: string): boolean {
  return (char > '~' || bareEnd.includes(char)) && !closesOwn(char, address)
}

/** A letter beyond ASCII where a part of the address begins or goes on: perhaps its own. */
export function mayGoOn(char: string, address: string): boolean {
  return (
    char > '~' &&
    isOfAddress(char, address) &&
    !address.includes('?') &&
    !hasVideoExtension(address)
  )
}

export function isOfAddress(char: string, address: string): boolean {
  if (char > '~') return /[\p{L}\p{N}\p{M}]/u.test(char)
  return !bareEnd.includes(char) || closesOwn(char, address)
}

/** In Markdown's round brackets. */
export function endsTarget(char: string, address: string): boolean {
  return targetEnd.includes(char) && !closesOwn(char, address)
}

/** The address has a bracket open itself: `a(1).mp4`, `http://[::1]/`. */
function closesOwn(char: string, address: string): boolean {
  if (address.startsWith('data:')) return false
  if (char === '[') return address.endsWith('://')
  if (char === ']') return /:\/\/\[[^\]]*$/.test(address)
  return char === ')' && address.lastIndexOf('(') > address.lastIndexOf(')')
}

/** Where a run that begins at `at` ends. */
export function findEnd(kind: keyof typeof runs, text: string, at: number): number {
  const run = runs[kind]
  run.lastIndex = at
  return run.test(text) ? run.lastIndex : at
}

/** `https://a,https://b`: more than one without a space between. What `end` closes was quoted whole. */
export function splitAddresses(token: string, end: string): readonly string[] {
  let length = token.length
  const isQuoted = end !== '' && '`>”’»」』'.includes(end)
  while (!isQuoted && length > 0 && trailing.includes(token.charAt(length - 1))) length -= 1
  const whole = token.slice(0, length)
  return whole.startsWith('data:') ? [whole] : whole.split(/[,;](?=https?:\/\/)/)
}

/** Without what HTML makes of its signs: `&amp;` is one of the address, `&quot;` is behind it. */
export function toPlain(url: string): string {
  if (url.startsWith('data:')) return url
  return url.replace(/&(?:quot|[lg]t|#3[49]);.*$/s, '').replaceAll('&amp;', '&')
}
