// Percentages of a line that says how far the work is without a word that is known for it: `⏳ 45%`,
// `Rendering… 45 %`, `[███░] 40% | 60%`. Its shape says so: few words, the number last, nothing that is
// counted in percent as well. A sentence about something else has more words or goes on.

import { listConcepts } from './lexicon.ts'
import { otherPercents, progressLabels } from './words/labels.ts'

const percents = /(?<![\d.,])(\d{1,3}(?:[.,]\d{1,2})?)\s?[%％٪]|(?<!\d\s?)[%％](\d{1,3})(?!\d)/g
const fraction = /(?<![\d./])(\d{1,5})\/(\d{2,5})(?![\d./])/
/** More letters in front of the number are a sentence. */
const MOST_LETTERS = 60
const letters = /\p{L}/gu

interface Percent {
  readonly value: number
  readonly start: number
  readonly end: number
}

/** Percent 0 to 100, in order, of a line that has ended. */
export function readPercentLine(line: string): readonly number[] {
  if (!/\d/.test(line)) return []
  const early = readOpenLine(line)
  const whole = readWhole(line)
  return whole.length > early.length ? whole : early
}

/** Of a line that may go on: what another number follows, while no word has been said. */
export function readOpenLine(line: string): readonly number[] {
  const found = listPercents(line)
  return found
    .filter((_, n) => {
      const next = found[n + 1]
      return next !== undefined && !/\p{L}/u.test(line.slice(0, next.start))
    })
    .map(({ value }) => value)
}

function readWhole(line: string): readonly number[] {
  const found = listPercents(line)
  const [first] = found
  if (first === undefined) return readFraction(line)
  const before = line.slice(0, first.start)
  const isSentence = (before.match(letters)?.length ?? 0) > MOST_LETTERS
  const hasNumbers = (before.match(/\d+/g)?.length ?? 0) > 2
  if (isSentence || hasNumbers || isOfOther(line)) return []
  const end = found.findIndex(
    (one, n) => n > 0 && /\p{L}/u.test(line.slice(found[n - 1]?.end ?? 0, one.start)),
  )
  const run = end === -1 ? found : found.slice(0, end)
  const behind = line.slice(run.at(-1)?.end ?? 0).toLowerCase()
  const isBar = /^\s*[|｜]/.test(behind)
  const goesOn =
    !isBar && /\p{L}/u.test(behind) && !progressLabels.some((label) => behind.includes(label))
  return goesOn ? [] : run.map(({ value }) => value)
}

function listPercents(line: string): readonly Percent[] {
  return [...line.matchAll(percents)].flatMap(({ index, 0: all, 1: plain, 2: turkish }) => {
    const value = Number((plain ?? turkish ?? '').replace(',', '.'))
    return value <= 100 ? [{ value, start: index, end: index + all.length }] : []
  })
}

/** `Frame 45/90`: of at least ten, for `step 1/2` says nothing of the time it takes. */
function readFraction(line: string): readonly number[] {
  const found = fraction.exec(line)
  if (found === null || isOfOther(line)) return []
  const [part, whole] = [Number(found[1]), Number(found[2])]
  const before = line.slice(0, found.index).toLowerCase()
  const isLabelled = [...progressLabels, 'step', 'frame', '步', '帧', 'шаг', 'кадр'].some((label) =>
    before.includes(label),
  )
  return isLabelled && whole >= 10 && part <= whole ? [Math.round((100 * part) / whole)] : []
}

/** A discount, a load, a balance, a failure: what is counted in percent, too. */
function isOfOther(line: string): boolean {
  const lower = line.toLowerCase()
  if (otherPercents.test(lower)) return true
  const concepts = listConcepts(lower)
  return (['failed', 'money', 'exhausted', 'topUp', 'condition'] as const).some((one) =>
    concepts.has(one),
  )
}
