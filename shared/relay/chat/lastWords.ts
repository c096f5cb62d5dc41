// The last words of an answer that brought no video: read whole, at its end, when it is known that they
// must say why. A heading that fails owns the next lines; a retry is believed only when more follows;
// a long text without a mark is an answer about something else.

import { listConcepts, type Concept } from './lexicon.ts'
import { removeQuotes } from '../quotes.ts'
import { saysRetry } from './prose.ts'
import { readQuotedStatus, readStatus, readWords, type Reason } from './meaning.ts'
import { declines, failureHeads, failureMarks, guesses, otherResults } from './words/labels.ts'

/** What was said before is no last word. */
const MOST_LINES = 64
/** How many lines below its heading a reason may stand. */
const OWNED = 3
/** An unmarked text that is longer explains something. */
const SHORT_TEXT = 600

/** What follows is the caller's text, given back. */
const promptHead =
  /^[^\p{L}]{0,12}(?:prompt|input|提示词|输入|промпт|プロンプト|프롬프트)\s?[*_`]{0,2}[:：]/iu

export interface LastWords {
  readonly reason: Reason
  /** The line that says so. */
  readonly line: string
  /** It, or the heading above it, is marked as a failure. */
  readonly isMarked: boolean
}

export class Lines {
  #lines: string[] = []
  #hasProgress = false

  add(line: string): void {
    this.#lines.push(line)
    if (this.#lines.length > MOST_LINES) this.#lines.shift()
  }

  /** The work went on: no line before was the last word. */
  restart(): void {
    this.#lines = []
    this.#hasProgress = true
  }

  /** Whether work was spoken of: a refusal that comes after it is not at the door. */
  get saysBegun(): boolean {
    return (
      this.#hasProgress ||
      this.#lines.some((line) => concepts(line).has('made') && concepts(line).has('video'))
    )
  }

  /** A model said in words of its own that it will not. */
  get declines(): boolean {
    return declines.test(toPlain(this.#lines))
  }

  /** null when nothing in it is a failure. `redact` are texts of the caller's. */
  read(hasBegun: boolean, redact: readonly string[]): LastWords | null {
    const lines = removeQuotes(this.#lines.join('\n'), redact).split('\n')
    const from = lines.findLastIndex((line, n) => n < lines.length - 1 && saysRetry(line))
    const last = withoutGuesses(lines.slice(from + 1))
    const isManual = last.join('').split('`').length > 4
    const isShort = last.join('').length <= SHORT_TEXT && !isManual
    const begun = hasBegun || this.#hasProgress
    const saysNo = declines.test(toPlain(last))
    const headings = last.map((line, n) => {
      const isMarked = failureMarks.some((mark) => line.includes(mark)) || failureHeads.test(line)
      const isRead = isMarked || isShort || (begun && n >= last.length - OWNED)
      return isRead ? this.#readHeading(last, n, isMarked, saysNo) : null
    })
    const found = headings.filter((heading) => heading !== null)
    const specific = found.filter(({ reason }) => reason.isSpecific)
    const stated = specific.filter(({ reason }) => reason.isAdvice !== true)
    const marked = stated.filter(({ isMarked }) => isMarked)
    return marked.at(-1) ?? stated.at(-1) ?? specific.at(-1) ?? found.at(-1) ?? null
  }

  #readHeading(
    lines: readonly string[],
    at: number,
    isMarked: boolean,
    saysNo: boolean,
  ): LastWords | null {
    const line = lines[at] ?? ''
    if (!isMarked && promptHead.test(line)) return null
    const own = readLine(line)
    if (own?.isSpecific === true) return { reason: own, line, isMarked }
    const has = concepts(line)
    if (has.has('condition') && !isMarked) return null
    const isFirstPerson =
      saysNo ||
      /\bi (?:cannot|can['’]?t|am unable)|\bi['’]m (?:not able|unable)|我无法|我不能/i.test(line)
    const isTip = own?.isAdvice === true && /^\s*(?:[•*-]|\d+[.)])\s/.test(line)
    const isSaid = own !== null && !isTip && (has.has('failed') || own.code === 'rate_limited')
    const isFailure = isMarked || (isSaid && !isFirstPerson)
    if (!isFailure || (has.has('made') && !isMarked && !has.has('failed'))) return null
    for (const below of lines.slice(at + 1, at + 1 + OWNED)) {
      const reason = readLine(below)
      if (reason?.isSpecific === true) return { reason, line: below, isMarked }
    }
    return {
      reason: own ?? { code: 'upstream_error', isSpecific: false, isAfterWork: false },
      line,
      isMarked,
    }
  }
}

function readLine(line: string): Reason | null {
  const said = readWords(line)
  const status = readQuotedStatus(line)
  if (said?.isSpecific === true)
    return said.code === 'upstream_unavailable' && status === 429 ? readStatus(429) : said
  if (status === null) return said
  // A generation that failed with 401 failed at the relay's own upstream: we were let in.
  const isTheirs =
    (status === 401 || status === 403) &&
    concepts(line).has('failed') &&
    concepts(line).has('video')
  return isTheirs
    ? { code: 'upstream_error', isSpecific: true, isAfterWork: true }
    : (readStatus(status) ?? said)
}

/** What is only supposed stands below a heading of its own. */
function withoutGuesses(lines: readonly string[]): readonly string[] {
  const at = lines.findIndex((line, n) => n > 0 && /[:：]\W*$/.test(line) && guesses.test(line))
  return at === -1 ? lines : lines.slice(0, at)
}

const toPlain = (lines: readonly string[]): string =>
  lines.join('\n').toLowerCase().replaceAll('’', "'")

const concepts = (text: string): ReadonlySet<Concept> => listConcepts(text)

/** Whether a text without a link was at least about a video that is made. */
export function isAboutGeneration(text: string): boolean {
  const lower = text.toLowerCase().replaceAll('’', "'")
  if (
    text.length > 4 * SHORT_TEXT ||
    otherResults.some((word) => lower.includes(word)) ||
    declines.test(lower)
  )
    return false
  return lower.split(/[\n.。!！]/).some((clause) => {
    const has = concepts(clause)
    return has.has('video') && has.has('made') && !has.has('condition')
  })
}
