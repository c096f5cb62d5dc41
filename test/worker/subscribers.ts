// Many readers of one log, each with its own connection, coming one after the other while it grows.

import { setTimeout as sleep } from 'node:timers/promises'
import type { WireEvent } from '../../shared/video/events.ts'
import { readLog } from './readEvents.ts'
import type { Site } from './startSite.ts'

/** What each of them saw. Links are signed alike for all, so logs can be compared whole. */
export async function followByMany(site: Site, id: string, count: number): Promise<WireEvent[][]> {
  return await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      await sleep(n * 2)
      return await readLog(await site.get(`/v1/videos/${id}/events`))
    }),
  )
}
