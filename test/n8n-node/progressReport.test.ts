// What a report may ask of n8n: an agent's tool in n8n 1.x cannot be asked whether it streams.

import { expect, test } from 'vitest'

import type { IExecuteFunctions } from 'n8n-workflow'

import { createProgressReport } from '../../n8n-node/nodes/Reelay/progressReport.ts'

test('a context that does not know of streams is told nothing, and the times are kept', () => {
  const context = { getMode: () => 'trigger' } as Partial<IExecuteFunctions> as IExecuteFunctions
  const report = createProgressReport(context, 0)
  report.add({ type: 'queued', at: 1000 })
  report.add({ type: 'started', attempt: 1, at: 3000 })
  report.end()
  expect(report.timings()).toMatchObject({ queuedMs: 2000, totalMs: 2000 })
})
