// Lengths that a text names, in any language: `15s`, `15 sec`, `fifteen seconds`, `15秒`, `--dur 15`.
// It is read for the price alone, so what looks like a length counts as one, and one that nobody can
// read counts as the dearest. One pass over the text, and a short look back from each unit.

import type { Tell } from './models.ts'

/** Whole seconds, rounded up; null: a length is named, and nobody can say which. */
export type NamedLength = number | null

/** Units that count only behind digits: alone they are a letter, or another word. */
const shortUnits = "s|sn|sek|seg|с|сек|′′|''|second|segundo|seconde|secondo|sekunde"
/** Units that nobody writes without a number of them: a word before one may be a number. */
const plainUnits =
  'secs?|seconds|segundos|secondes|secondi|sekunden|seconden|sekund(?:[ay]|er)?|secunde|sekunti?a?|másodperc(?:es)?|секунд[аыу]?|δευτερόλεπτα|שניות|gi[âa]y|saniye|detik|सेकंड|सेकेंड|ثانية|ثانیه|ثوان|ثواني'
const minuteUnits = 'min|mins|minutes?|minuten|minutos?|minuti|мин|минут[аыу]?|phút|dakika|menit'
/** Written without a space behind them. */
const closeUnits = '分钟|分鐘|分間|秒|초|วินาที'

const units = new RegExp(
  `(?<!\\p{L})(?:(?<plain>${plainUnits})|(?<minute>${minuteUnits})|(?<short>${shortUnits}))(?![\\p{L}\\p{M}\\p{N}])|(?<close>${closeUnits})`,
  'gu',
)
/** `--dur 15`, `"duration": 15`, `时长为15`. */
const labels =
  /(?:duration|length|--?dur|--(?:len|seconds?|secs?|time)(?!\p{L})|(?<!\p{L})(?:len|seconds?|secs?) ?[:=]|时长|時長|长度|長さ|秒数|длительность|duración|duração|durée|dauer|durasi|süre|thời lượng|길이)[^\p{L}\p{N}]{0,5}(?:(?:is|of|to)[^\p{L}\p{N}]{1,2}|[为為是] ?)?(?<digits>\p{Nd}{1,9})/gu
/** A number of frames is a length that only the relay knows. */
const frames = /--frames\b/u

/** As far as a number may stand before its unit. */
const LOOK_BACK = 32

const words: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  twenty: 20,
  thirty: 30,
  sixty: 60,
}
/** `twenty-five` is more than five. */
const tens =
  /(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)[^\p{L}\p{N}]{1,3}(?:and\s)?\p{L}+[^\p{L}]*$/u
/** Stand before a unit and count nothing. */
const vague: ReadonlySet<string> = new Set(
  'a an the of in for per each every few several some many more these those last first final next within until split los las les des die den der de por par pro al tiap setiap mỗi vài каждые несколько'.split(
    ' ',
  ),
)

/** `told`: how a model is told its length; wherever a text is written that way, it names one. */
export function findLengths(text: string, told: Tell<string>): NamedLength[] {
  // One spelling for full-width digits and the like; marks that nobody sees are no gap, and a wide one
  // is as good as a space.
  const plain = text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/g, (gap) => (gap.includes('\n') ? '\n' : ' '))
    .toLowerCase()
  const found: NamedLength[] = frames.test(plain) ? [null] : []
  for (const { index, groups = {} } of plain.matchAll(units)) {
    const before = plain.slice(Math.max(0, index - LOOK_BACK), index)
    const length = readNumber(before, groups)
    if (length !== undefined) found.push(toLength(length, groups['minute'] ?? groups['close']))
  }
  for (const { groups } of plain.matchAll(labels)) found.push(toWhole(groups?.['digits'] ?? ''))
  const template = told.by === 'prompt' ? toTemplate(told.text) : null
  for (const { groups } of template === null ? [] : plain.matchAll(template)) {
    found.push(toWhole(groups?.['digits'] ?? ''))
  }
  return found
}

function toLength(length: NamedLength, unit: string | undefined): NamedLength {
  const isMinutes = unit !== undefined && !/[秒초ว]/.test(unit)
  return isMinutes && length !== null ? length * 60 : length
}

type Unit = Readonly<Record<string, string | undefined>>

/** What stands right before a unit: its number; null for one that cannot be read; undefined: none. */
function readNumber(before: string, { plain, short, close }: Unit): NamedLength | undefined {
  const digits = /(?<digits>\p{Nd}+(?:[.,]\p{Nd}+)?)(?<gap>[^\p{L}\p{N}]{0,3})$/u.exec(before)
  const { digits: number, gap = '' } = digits?.groups ?? {}
  if (number !== undefined) {
    // The end of a sentence parts a number from a letter; `1950s` is a decade.
    if (short !== undefined && /[.,;:!?\n]/.test(gap)) return undefined
    if (short === 's' && gap === '' && /^[12]\d{3}$/.test(number)) return undefined
    return toWhole(number.replace(',', '.'))
  }
  if (close !== undefined) return readNumeral(before)
  const word = /(?<word>[\p{L}\p{M}'’]+)(?<gap>[^\p{L}\p{N}]{1,3})$/u.exec(before)?.groups
  if (word === undefined) return undefined
  const { word: name = '', gap: space = '' } = word
  const value = Object.hasOwn(words, name) ? words[name] : undefined
  if (value !== undefined) return tens.test(before) ? null : value
  const isCounted = plain !== undefined || (short === 'second' && space.includes('-'))
  return isCounted && !vague.has(name) ? null : undefined
}

const numerals = '一二三四五六七八九'

/** `十五` is 15; other numerals, and Korean ones, are there and not read. */
function readNumeral(before: string): NamedLength | undefined {
  const text = before.trimEnd()
  const written = /[一二两兩三四五六七八九十百半]+$/u.exec(text)?.[0]
  if (written === undefined) return /[일이삼사오육칠팔구십백]$/u.test(text) ? null : undefined
  const [, tens, ten, ones] =
    /^([一二三四五六七八九])?(十)?([一二三四五六七八九])?$/u.exec(written) ?? []
  if (ten === undefined && (written.length > 1 || tens === undefined)) return null
  if (ten === undefined) return numerals.indexOf(written) + 1
  return 10 * (tens === undefined ? 1 : numerals.indexOf(tens) + 1) + toOnes(ones)
}

function toOnes(numeral: string | undefined): number {
  return numeral === undefined ? 0 : numerals.indexOf(numeral) + 1
}

/** null for digits of another script, and for none. */
function toWhole(digits: string): NamedLength {
  const value = Math.ceil(Number(digits))
  return Number.isSafeInteger(value) ? value : null
}

/** The way a relay is told, wherever the units above do not know it. */
function toTemplate(text: string): RegExp | null {
  const [before = '', after] = text.split('{seconds}')
  if (after === undefined || /^\s?(?:s|sec|seconds|秒)/.test(after)) return null
  const prefix = toPattern(before.slice(before.lastIndexOf('}') + 1).trimStart())
  const suffix = toPattern((after.split('{')[0] ?? '').trimEnd())
  return new RegExp(`${prefix}(?<!\\p{Nd})(?<digits>\\p{Nd}{1,3})(?!\\p{Nd})${suffix}`, 'gu')
}

function toPattern(literal: string): string {
  return literal
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
