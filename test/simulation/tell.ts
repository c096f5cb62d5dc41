// What a failed simulation says to the person who has to mend it: what broke, and how to see it.

import type { Tally } from './task.ts'

const MOST_SHOWN = 5

export function describeFailures({ failures, runs }: Tally): string {
  if (failures.length === 0) return ''
  const shown = failures
    .slice(0, MOST_SHOWN)
    .map(
      ({ invariant, detail, replay }) =>
        `${invariant}: ${detail}\n  node test/simulation/replay.ts ${replay}`,
    )
  return [`${failures.length} of ${runs} worlds broke a promise.`, ...shown].join('\n')
}
