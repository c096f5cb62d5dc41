// Ends a test run with one plain line of counts, for people and machines that read only the end.

import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state] += 1
    }
    // A file that could not even be read has no tests to count.
    const broken = modules.filter((module) => module.errors().length > 0).length
    console.log(
      `${counts.passed} passed, ${counts.failed + broken} failed, ${counts.skipped} skipped`,
    )
  }
}
