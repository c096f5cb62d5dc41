// Words to concepts: which things and states one clause speaks of, in any language, in one pass over it.
// Compared in lower case and without accents, `_` and `-` read as spaces; Vietnamese keeps its accents,
// which are the word.

import { numberShapes } from './words/numbers.ts'
import type { Row } from './words/row.ts'
import { states } from './words/states.ts'
import { things } from './words/things.ts'
import { toSimplified } from './words/traditional.ts'

export type Concept = keyof typeof things | keyof typeof states | keyof typeof numberShapes

interface Node {
  readonly next: Map<string, Node>
  /** Stems that end here. */
  readonly ends: { readonly concept: Concept; readonly isWhole: boolean }[]
}

const createNode = (): Node => ({ next: new Map(), ends: [] })
/** Stems of languages whose words begin behind a space, and of those that write without any. */
const spaced = createNode()
const unspaced = createNode()
const vietnamese = createNode()
/** As long as a word that may stand between two words of a stem: `used (completely) up`. */
const LONGEST_BETWEEN = 20

function toPlain(text: string): string {
  return text.toLowerCase().replace(/[\s_’'`*"“”«»-]+/g, ' ')
}

/** In two halves, so that a letter's accents fall away and syllables of Korean stay whole. */
function withoutAccents(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replaceAll('ı', 'i')
}

function learn(concept: Concept, row: Row): void {
  for (const [language, list] of Object.entries(row)) {
    for (const stem of list.split('|')) {
      const isVietnamese = language === 'vi'
      const plain = toPlain(stem.replace('$', '')).trim()
      const text = isVietnamese ? plain.normalize('NFC') : withoutAccents(plain)
      let node = isVietnamese ? vietnamese : [...text].every(isAlphabetic) ? spaced : unspaced
      for (const char of text) {
        const next = node.next.get(char) ?? createNode()
        node.next.set(char, next)
        node = next
      }
      // Vietnamese words never go on.
      node.ends.push({ concept, isWhole: isVietnamese || stem.endsWith('$') })
    }
  }
}

function isLetter(char: string): boolean {
  return (
    (char >= 'a' && char <= 'z') || (char >= 'À' && char <= 'ӿ') || (char >= 'Ḁ' && char <= 'ỿ')
  )
}

function isAlphabetic(char: string): boolean {
  return char < 'Ԁ' || (char >= 'Ḁ' && char <= 'ỿ')
}

for (const [concept, row] of Object.entries({ ...things, ...states }))
  learn(concept as Concept, row)

function follow(root: Node, text: string, start: number, found: Set<Concept>): void {
  let node = root
  let at = start
  for (;;) {
    for (const { concept, isWhole } of node.ends) {
      if (!isWhole || !isLetter(text.charAt(at))) found.add(concept)
    }
    const char = text.charAt(at)
    const next = node.next.get(char)
    if (next === undefined) return
    at += 1
    if (char === ' ' && next.next.size > 0) {
      const space = text.indexOf(' ', at)
      if (space !== -1 && space - at <= LONGEST_BETWEEN) follow(next, text, space + 1, found)
    }
    node = next
  }
}

/** The concepts of a clause. */
export function listConcepts(clause: string): ReadonlySet<Concept> {
  const found = new Set<Concept>()
  const accented = toPlain(clause)
  const isAscii = /^[\0-\x7f]*$/.test(accented)
  scan(isAscii ? accented : withoutAccents(accented), [spaced, unspaced], found)
  const isChinese = /[\u4e00-\u9fff]/.test(accented) && !/[\u3040-\u30ff]/.test(accented)
  if (isChinese) scan(toSimplified(accented), [unspaced], found)
  if (!isAscii) scan(accented.normalize('NFC'), [vietnamese], found)
  if (/\d/.test(accented)) {
    for (const [concept, shape] of Object.entries(numberShapes))
      if (shape.test(accented)) found.add(concept as Concept)
  }
  return found
}

function scan(text: string, roots: readonly Node[], found: Set<Concept>): void {
  for (let at = 0; at < text.length; at += 1) {
    const isStart = at === 0 || !isLetter(text.charAt(at - 1))
    for (const root of roots) if (root === unspaced || isStart) follow(root, text, at, found)
  }
}

/** Looks for one concept in many short lines: its stems as they are written, accents and all. */
export function createFinder(concept: keyof typeof states): (text: string) => boolean {
  const stems = Object.values(states[concept]).flatMap((list) =>
    list.replaceAll('$', '').split('|'),
  )
  const pattern = new RegExp(stems.join('|'), 'i')
  return (text) => pattern.test(text)
}
