// One look at a text for all its readers, who mostly learn that nothing of theirs is in it, and sets
// of characters that are asked character by character. Tables for ASCII: a look-up costs a nanosecond.

/** What may stand in a text, as bits: a percentage, a line's end, a task's name, a link. */
export const DIGIT = 1
export const LINE_END = 2
export const NAME = 4
export const LINK = 8

const ASCII = 128
const kinds = new Uint8Array(ASCII)
mark('0123456789', DIGIT)
mark('\n', LINE_END)
// Task ids stand between backticks or have an underscore in them.
mark('`_', NAME)
// Markdown, a tag, `http`.
mark('[<hH', LINK)

function mark(chars: string, kind: number): void {
  for (let at = 0; at < chars.length; at += 1) kinds[chars.charCodeAt(at)] = kind
}

/** Every kind of character that stands in `text`. */
export function kindsIn(text: string): number {
  let found = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < ASCII) found |= kinds[code] ?? 0
  }
  return found
}

/** Says of a character's code whether it is one of `chars`. */
export function isOneOf(chars: string): (code: number) => boolean {
  const table = new Uint8Array(ASCII)
  const others = new Set<number>()
  for (let at = 0; at < chars.length; at += 1) {
    const code = chars.charCodeAt(at)
    if (code < ASCII) table[code] = 1
    else others.add(code)
  }
  return (code) => (code < ASCII ? table[code] === 1 : others.has(code))
}

/** An ASCII digit. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** Where the digits end that begin at `start`; never looks behind the end, which is slow. */
export function behindDigits(text: string, start: number): number {
  let at = start
  while (at < text.length && isDigit(text.charCodeAt(at))) at += 1
  return at
}
