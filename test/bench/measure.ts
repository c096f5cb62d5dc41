// Fair comparisons on a machine that is never quiet: subjects take turns, pair by pair, so that a
// busy moment meets all of them; medians, because the worst of a shared machine is not our news.

/** How long to look: everything, or what fits into a minute. */
export interface Pace {
  /** Rounds of a comparison that takes milliseconds. */
  readonly rounds: number
  readonly isQuick: boolean
}

/** Does the work once and says how long it took, or how much was done: the same unit for all. */
export type Subject = () => number | Promise<number>

/** One list of samples per subject. The order turns with every round: nobody is always first. */
export async function takeTurns<Name extends string>(
  rounds: number,
  subjects: Readonly<Record<Name, Subject>>,
  warmUps = 2,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(subjects) as Name[]
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
    Name,
    number[]
  >
  // The first rounds are not counted: connections open, compilers look at what is hot.
  for (let round = -warmUps; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + round + warmUps) % names.length]
      if (name === undefined) continue
      const sample = await subjects[name]()
      if (round >= 0) samples[name].push(sample)
    }
  }
  return samples
}

/** The middle sample; of an even number the upper one of the two. */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5)
}

export function quantile(samples: readonly number[], part: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

/** The median of what each round says by itself, so that a slow minute cannot tilt it. */
export function medianRatio(subject: readonly number[], baseline: readonly number[]): number {
  return median(subject.map((sample, round) => sample / (baseline[round] ?? Number.NaN)))
}

export function medianDifference(subject: readonly number[], baseline: readonly number[]): number {
  return median(subject.map((sample, round) => sample - (baseline[round] ?? Number.NaN)))
}
