// One line of most tables: what was measured on both sides, how they compare, and what was promised.

export interface Row {
  readonly section: Section
  readonly what: string
  /** The subject's figure, with its unit. */
  readonly ours: string
  /** What it is compared with, figure and name. */
  readonly against: string
  /** The ratio or the difference, taken side by side. */
  readonly verdict: string
  /** null where nothing was promised. */
  readonly target: Target | null
}

export interface Target {
  readonly says: string
  readonly isMet: boolean
}

export const sections = [
  'One stream, one gateway',
  'Many archives and images',
  'Cost as it grows',
  'Reading an answer',
  'Weight and start',
] as const
export type Section = (typeof sections)[number]

/** `≥ 0.70×` and whether it holds. */
export function atLeast(least: number, ratio: number): Target {
  return { says: `≥ ${least.toFixed(1)}×`, isMet: ratio >= least }
}

export function atMost(most: number, value: number, unit: string): Target {
  return { says: `≤ ${most}${unit}`, isMet: value <= most }
}

export function describeTarget({ says, isMet }: Target): string {
  return `${says}: ${isMet ? 'met' : 'missed'}`
}

export function toTimes(ratio: number): string {
  return `${ratio.toFixed(2)}×`
}

export function toMs(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 2 : 1)} ms`
}

export function toCount(count: number, unit: string): string {
  return `${Math.round(count).toLocaleString('en-US')} ${unit}`
}
