// The relay's words, made fit to show: no links, keys, payloads or text of the caller's, and short.
// What is cut is marked; a request id stays, because support asks for it.

import { removeQuotes } from './quotes.ts'

const LONGEST_MESSAGE = 300
/** More than 48 unbroken characters are a token, a signature or base64; ids and words are shorter. */
const tooLongRun = /[!-\x7f]{49}/
const REQUEST_ID = '(request id:'

/** '' when nothing fit to show is left. `redact` are texts of the caller's that may be quoted. */
export function toSafeMessage(text: string, redact: readonly string[] = []): string {
  // Room for what gets removed, but no more work than a message is worth.
  let rest = removeQuotes(text.slice(0, LONGEST_MESSAGE * 8), redact)
  const brace = rest.indexOf('{')
  const id = readRequestId(text)
  if (brace !== -1) rest = rest.slice(0, brace)
  let safe = (rest.match(/[!-\uffff]+/g) ?? []).map(toSafeWord).join(' ')
  if (safe.length > LONGEST_MESSAGE) safe = `${safe.slice(0, LONGEST_MESSAGE - 1)}…`
  if (id !== '' && !safe.includes(id))
    safe = `${safe.slice(0, LONGEST_MESSAGE - id.length - 1)} ${id}`
  return safe.trim()
}

function toSafeWord(word: string): string {
  const scheme = word.indexOf('://')
  if (scheme !== -1) return `${word.slice(0, scheme).replace(/(?<![a-z])[a-z]*$/i, '')}[link]`
  if (word.includes('sk-') || word.toLowerCase().includes('bearer')) return '[key]'
  return tooLongRun.test(word) ? '[…]' : word
}

function readRequestId(text: string): string {
  const start = text.lastIndexOf(REQUEST_ID)
  if (start === -1) return ''
  const end = text.indexOf(')', start)
  return end === -1 || end - start > 80 ? '' : text.slice(start, end + 1)
}
