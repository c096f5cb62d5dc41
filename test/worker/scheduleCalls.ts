// /v1/schedules as its callers use it.

import { expect } from 'vitest'
import type { Site } from './startSite.ts'

export interface Run {
  readonly slot: number
  readonly state: string
  readonly video_id: string | null
  readonly reason: string | null
}

export interface Schedule {
  readonly id: string
  readonly next_run_at: number | null
  readonly next_runs: readonly number[]
  readonly last_missed_slot: number | null
  readonly last_runs: readonly Run[]
}

/** A schedule that anybody may make; `more` over it. */
export const toForm = (more: object = {}) => ({
  name: 'daily',
  cron: '0 9 * * *',
  timezone: 'UTC',
  request: { prompt: 'a kite on {{date}}', model: 'sora-2' },
  ...more,
})

export async function createSchedule(
  site: Site,
  key: string,
  more: object = {},
): Promise<Schedule> {
  const response = await site.post('/v1/schedules', toForm(more), { key })
  expect(response.status).toBe(201)
  return (await response.json()) as Schedule
}

export async function getSchedule(site: Site, key: string, id: string): Promise<Schedule> {
  const response = await site.get(`/v1/schedules/${id}`, { key })
  expect(response.status).toBe(200)
  return (await response.json()) as Schedule
}

/** A trigger is everybody's: what one test leaves would be due in the next. */
export async function deleteSchedules(site: Site, key: string): Promise<void> {
  const { data } = (await (await site.get('/v1/schedules?limit=100', { key })).json()) as {
    data: readonly Schedule[]
  }
  for (const { id } of data) await site.get(`/v1/schedules/${id}`, { key, method: 'DELETE' })
}
