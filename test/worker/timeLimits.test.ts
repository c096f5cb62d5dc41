// Each time limit alone, the others as long as in production: it ends what only it can end, and the
// failure says which one it was.

import { expect, test } from 'vitest'
import type { FaultId } from '../relay/faults/faults.ts'
import { applyFault } from '../relay/faults/faults.ts'
import { startSite } from './startSite.ts'
import { submitVideo } from './submitVideo.ts'

const limits: [string, FaultId, string][] = [
  ['RELAY_HEADERS_MS', 'no-headers', 'did not begin to answer within 1 s'],
  ['RELAY_SILENCE_MS', 'stall', 'sent nothing for 1 s'],
  ['RELAY_PROGRESS_MS', 'infinite', 'without any news for 1 s'],
  ['RELAY_TOTAL_MS', 'infinite', 'was not done within 1 s'],
]

test.each(limits)('%s ends %s and says so', async (name, fault, message) => {
  const site = await startSite({ vars: { [name]: '1000' } })
  try {
    await applyFault(site.relay, fault, { everyMs: 50 })
    const { video } = await submitVideo(site, fault, { headers: { prefer: 'wait=30' } })
    expect(video).toMatchObject({
      status: 'failed',
      charge: 'possible',
      outcome: 'unknown',
      error: { code: 'timeout', message: expect.stringContaining(message) },
    })
    expect(site.relay.postsFor(() => true)).toBe(1)
  } finally {
    await site.close()
  }
})
