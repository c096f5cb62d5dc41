// What an answer quotes of the request, cut out of it before anybody asks what the answer means: a prompt
// must not choose its own verdict. Compared by letters and digits alone, so that escapes, white space,
// case and punctuation hide nothing. A part of a few letters that stands without quotation marks stays:
// what words alone may decide is small enough for that (errors.ts).

import type { JsonValue } from '../wire/json.ts'

const MARK = '[…]'
/** Letters of a run that is no coincidence; one of Chinese, Japanese or Korean counts for two. */
const LEAST_WEIGHT = 12
/** A text of the request that is shorter says nothing. */
const LEAST_WHOLE = 3
/** The text is searched by blocks of the request, at every fourth letter of it. */
const BLOCK = 4
const MOST_PLACES = 8
/** Letters of a request that are compared; more is no prompt. */
const MOST_LETTERS = 262_144

/** Single words of a request are names that a relay uses, too; longer texts are the caller's. */
const LONGEST_NAME = 16
const MOST_TEXTS = 64

/** The texts of a request that a relay may quote. */
export function listRequestTexts(value: JsonValue): string[] {
  if (typeof value === 'string') {
    const isText = value.length > LONGEST_NAME || /\s/.test(value)
    return isText && !value.startsWith('data:') ? [value] : []
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(listRequestTexts).slice(0, MOST_TEXTS)
}

/** `text` without what it quotes of `quotes`, each place marked. */
export function removeQuotes(text: string, quotes: readonly string[]): string {
  const requests = text === '' ? [] : prepare(quotes)
  if (requests.length === 0) return text
  const letters = toLetters(text)
  const spans = requests.flatMap((request) => [
    ...findRuns(letters, request),
    ...findMarked(text, request),
  ])
  return spans.length === 0 ? text : cut(text, spans)
}

/** Letters and digits in lower case, with the place of each in the text. */
interface Letters {
  readonly plain: string
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

interface Request {
  readonly plain: string
  /** Where its blocks stand. */
  readonly places: ReadonlyMap<string, readonly number[]>
}

type Span = readonly [start: number, end: number]

/** Escapes of JSON, Python and HTML, as often as they were escaped. */
const escape = /\\+(?:u\{?([0-9a-f]{4,6})\}?|x([0-9a-f]{2})|[nrtbf"'/])|&#?\w{2,6};/iy
const counts = /[\p{L}\p{M}\p{N}\p{So}\p{Cs}]/u

function toLetters(text: string): Letters {
  const units: string[] = []
  const starts: number[] = []
  const ends: number[] = []
  const add = (char: string, start: number, end: number) => {
    const isLetter = (char >= 'a' && char <= 'z') || (char >= '0' && char <= '9')
    if (!isLetter && (char < '\x80' || !counts.test(char))) return
    units.push(char)
    starts.push(start)
    ends.push(end)
  }
  const lower = text.toLowerCase()
  // Where lower case has another length, places would not fit.
  const source = lower.length === text.length ? lower : text
  for (let at = 0; at < source.length; at += 1) {
    const char = source.charAt(at)
    if (char === '\\' || char === '&') escape.lastIndex = at
    const found = char === '\\' || char === '&' ? escape.exec(source) : null
    if (found === null) add(char, at, at + 1)
    else {
      const code = Number.parseInt(found[1] ?? found[2] ?? '20', 16)
      add(String.fromCharCode(code).toLowerCase().charAt(0), at, escape.lastIndex)
      at = escape.lastIndex - 1
    }
  }
  return { plain: units.join(''), starts, ends }
}

/** An answer's lines are all held against one request, so it is prepared once. */
const prepared = new WeakMap<readonly string[], readonly Request[]>()

function prepare(quotes: readonly string[]): readonly Request[] {
  const before = prepared.get(quotes)
  if (before !== undefined) return before
  const requests = quotes
    .map((quote) => toRequest(toLetters(quote.slice(0, MOST_LETTERS)).plain))
    .filter(({ plain }) => weigh(plain) >= LEAST_WHOLE)
  prepared.set(quotes, requests)
  return requests
}

function toRequest(plain: string): Request {
  const places = new Map<string, number[]>()
  for (let at = 0; at + BLOCK <= plain.length; at += BLOCK) {
    const block = plain.slice(at, at + BLOCK)
    const list = places.get(block) ?? []
    if (list.length < MOST_PLACES) list.push(at)
    places.set(block, list)
  }
  return { plain, places }
}

/** Runs that both have: all of a short request, whole words of a long one. */
function findRuns(letters: Letters, request: Request): Span[] {
  const spans: Span[] = []
  const { plain } = letters
  const whole = request.plain
  const least = Math.min(LEAST_WEIGHT, weigh(whole))
  if (whole.length < 2 * BLOCK) {
    for (let at = plain.indexOf(whole); at !== -1; at = plain.indexOf(whole, at + whole.length)) {
      const span = toWords(letters, at, at + whole.length)
      if (span !== null && span.weight === least) spans.push(span.place)
    }
    return spans
  }
  let from = 0
  for (let at = 0; at + BLOCK <= plain.length; at += 1) {
    let [start, end] = [at, at]
    for (const place of request.places.get(plain.slice(at, at + BLOCK)) ?? []) {
      let back = 0
      while (at - back > from && place > back && plain[at - back - 1] === whole[place - back - 1])
        back += 1
      let length = BLOCK
      while (at + length < plain.length && plain[at + length] === whole[place + length]) length += 1
      if (length + back > end - start) [start, end] = [at - back, at + length]
    }
    const span = end === start ? null : toWords(letters, start, end)
    if (span === null || span.weight < least) continue
    spans.push(span.place)
    from = end
    at = end - 1
  }
  return spans
}

/** A run without the halves of words at its ends; null when nothing is left. */
function toWords(
  { plain, starts, ends }: Letters,
  from: number,
  to: number,
): { place: Span; weight: number } | null {
  const isCut = (left: number) =>
    isSpaced(plain[left]) && isSpaced(plain[left + 1]) && ends[left] === starts[left + 1]
  let [start, end] = [from, to]
  while (start < end && start > 0 && isCut(start - 1)) start += 1
  while (end > start && end < plain.length && isCut(end - 1)) end -= 1
  const [first, last] = [starts[start], ends[end - 1]]
  if (start === end || first === undefined || last === undefined) return null
  return { place: [first, last], weight: weigh(plain.slice(start, end)) }
}

/** Of a script whose words stand apart. */
function isSpaced(char: string | undefined): boolean {
  return char !== undefined && char < '\u2e80'
}

function weigh(plain: string): number {
  let weight = 0
  for (let at = 0; at < plain.length; at += 1) weight += isSpaced(plain[at]) ? 1 : 2
  return weight
}

/** Between quotation marks a short part is a quotation, too, and so is one that was cut off. */
const marked = /["'`“”„«»「『‘’]([^"'`“”„«»「」『』‘’\n]{2,200})["'`“”«»」』‘’]/g
const MOST_MARKED = 64

function findMarked(text: string, request: Request): Span[] {
  const spans: Span[] = []
  for (const { 0: all, 1: inner = '', index } of text.matchAll(marked)) {
    if (spans.length === MOST_MARKED) break
    const { plain } = toLetters(inner)
    if (plain.length > 1 && request.plain.includes(plain)) spans.push([index, index + all.length])
  }
  return spans
}

function cut(text: string, spans: readonly Span[]): string {
  let rest = ''
  let at = 0
  for (const [start, end] of spans.toSorted(([one], [other]) => one - other)) {
    if (start >= at) rest += text.slice(at, start) + MARK
    at = Math.max(at, end)
  }
  return rest + text.slice(at)
}
