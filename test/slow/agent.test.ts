// A generation that takes longer than any client waits for a tool: the agent is given the id, asks
// again, and gets the one video.

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect, test } from 'vitest'
import { startSite } from '../worker/startSite.ts'

/** Between two of five reports of progress. */
const STEP_MS = 36_000

test('an agent waits for a video of three minutes, call after call', async () => {
  const site = await startSite({ vars: { HEARTBEAT_MS: '30000' } })
  const client = new Client(
    { name: 'test', version: '1' },
    { versionNegotiation: { mode: 'auto' } },
  )
  const call = async (name: string, args: object) => {
    const result = await client.callTool({ name, arguments: { ...args } })
    return result.structuredContent as { id: string; status: string }
  }
  try {
    await client.connect(
      new StreamableHTTPClientTransport(new URL('/mcp', site.url), {
        requestInit: { headers: { authorization: `Bearer ${site.key}` } },
      }),
    )
    let video = await call('generate_video', { prompt: `a long one [slow:${STEP_MS}]` })
    let calls = 1
    for (; video.status === 'in_progress' || video.status === 'queued'; calls++) {
      video = await call('get_video', { id: video.id, wait: 45 })
    }
    expect(video.status).toBe('completed')
    expect(calls).toBeGreaterThan(3)
    expect(site.relay.billed).toHaveLength(1)
  } finally {
    await client.close()
    await site.close()
  }
})
