// What may differ between two relays of one kind: words, forms of numbers, where the link stands and
// whose it is.

import type { ErrorShapeId } from './errorShapes.ts'
import { toStage, type Stage } from './stateWords.ts'

export interface Manner {
  /** Said in place of the kind's own words, each for its stage; one that nobody knows is said for
   * as long as the task is not over. */
  readonly words: readonly string[]
  readonly progress: ProgressForm
  readonly id: IdForm
  /** Which of new-api's three documents. */
  readonly shape: Shape
  readonly errors: ErrorShapeId
  readonly link: LinkOwner
  /** Where the link stands, `a.0.b`; null: in the kind's own place. */
  readonly field: string | null
  /** The state's word is left out once the video is there. */
  readonly isStateDropped: boolean
}

export const progressForms = {
  number: (percent) => percent,
  percent: (percent) => `${percent}%`,
  text: (percent) => String(percent),
  ratio: (percent) => percent / 100,
  'ratio-text': (percent) => String(percent / 100),
  none: () => undefined,
} as const satisfies Record<string, (percent: number) => number | string | undefined>
export type ProgressForm = keyof typeof progressForms

/** What the create answer gives for an id. */
export const idForms = ['text', 'number', 'url', 'missing'] as const
export type IdForm = (typeof idForms)[number]

export const shapes = ['wrapped', 'vendor', 'flat'] as const
export type Shape = (typeof shapes)[number]

/** Nobody's: only the content address, which no document names. `content`: that address. `direct`: a
 * file of the relay's own host, free for all. `vendor`: a file of another host. */
export const linkOwners = ['none', 'content', 'direct', 'vendor'] as const
export type LinkOwner = (typeof linkOwners)[number]

export function sayStage({ words }: Manner, stage: Stage, own: string): string {
  const said = words.find((word) => toStage(word) === stage)
  if (said !== undefined) return said
  const strange = stage === 'queued' || stage === 'running' ? words.find(isStrange) : undefined
  return strange ?? own
}

const isStrange = (word: string) => toStage(word) === null

/** The document with `value` at `path`; lists are made for numbers. */
export function putAt(document: object, path: string, value: unknown): object {
  const [name = '', ...rest] = path.split('.')
  const record: Record<string, unknown> = { ...document }
  const inner = record[name]
  const below = typeof inner === 'object' && inner !== null ? inner : {}
  const next = rest.length === 0 ? value : putAt(below, rest.join('.'), value)
  return /^\d+$/.test(name) ? [next] : { ...record, [name]: next }
}
