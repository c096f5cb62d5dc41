// The relay's words, made fit to show: no links, keys, payloads or text of the caller's, and short.
// What is cut is marked; a request id stays, because support asks for it.

const LONGEST_MESSAGE = 300
/** Longer unbroken runs are tokens, signatures or base64; ids and words are shorter. */
const LONGEST_RUN = 48
const REQUEST_ID = '(request id:'

/** '' when nothing fit to show is left. `redact` are texts of the caller's that may be quoted. */
export function toSafeMessage(text: string, redact: readonly string[] = []): string {
  // Room for what gets removed, but no more work than a message is worth.
  let rest = text.slice(0, LONGEST_MESSAGE * 8)
  for (const secret of redact) {
    if (secret.length > 2) rest = rest.replaceAll(secret, '[…]')
  }
  const brace = rest.indexOf('{')
  const id = readRequestId(text)
  if (brace !== -1) rest = rest.slice(0, brace)
  const words: string[] = []
  let start = 0
  for (let at = 0; at <= rest.length; at += 1) {
    const char = rest.charAt(at)
    if (char !== '' && char > ' ') continue
    if (at > start) words.push(toSafeWord(rest.slice(start, at)))
    start = at + 1
  }
  let safe = words.join(' ').replaceAll(REQUEST_ID, '(request id:')
  if (safe.length > LONGEST_MESSAGE) safe = `${safe.slice(0, LONGEST_MESSAGE - 1)}…`
  if (id !== '' && !safe.includes(id))
    safe = `${safe.slice(0, LONGEST_MESSAGE - id.length - 1)} ${id}`
  return safe.trim()
}

function toSafeWord(word: string): string {
  const scheme = word.indexOf('://')
  if (scheme !== -1) return `${word.slice(0, schemeStart(word, scheme))}[link]`
  if (word.includes('sk-') || word.toLowerCase().includes('bearer')) return '[key]'
  return longestRun(word) > LONGEST_RUN ? '[…]' : word
}

function schemeStart(word: string, scheme: number): number {
  let at = scheme
  while (at > 0 && isAsciiLetter(word.charCodeAt(at - 1))) at -= 1
  return at
}

function longestRun(word: string): number {
  let longest = 0
  let run = 0
  for (let at = 0; at < word.length; at += 1) {
    run = word.charCodeAt(at) < 128 ? run + 1 : 0
    if (run > longest) longest = run
  }
  return longest
}

function isAsciiLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
}

function readRequestId(text: string): string {
  const start = text.lastIndexOf(REQUEST_ID)
  if (start === -1) return ''
  const end = text.indexOf(')', start)
  return end === -1 || end - start > 80 ? '' : text.slice(start, end + 1)
}
