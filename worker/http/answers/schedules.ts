// Schedules as the gateway answers.

import * as z from 'zod/v4-mini'
import { say } from '../../../shared/wire/schema.ts'
import { maybeSeconds, page, unixSeconds } from './parts.ts'

export const Schedule = z.object({
  id: z.string(),
  object: z.literal('schedule'),
  name: z.string(),
  cron: z.string(),
  timezone: z.string(),
  paused: z.boolean(),
  request: say(z.looseObject({}), 'The body of POST /v1/videos.'),
  webhook: z.nullable(z.object({ url: z.string() })),
  key_id: z.string(),
  created_at: unixSeconds(),
  next_run_at: maybeSeconds(', null while paused'),
  next_runs: z.array(z.int()),
  last_missed_slot: maybeSeconds(', null when none was missed'),
  last_runs: z.array(
    z.object({
      slot: unixSeconds(),
      state: z.enum(['claimed', 'started', 'missed', 'refused']),
      video_id: z.nullable(z.string()),
      reason: z.nullable(z.string()),
      at: unixSeconds(),
    }),
  ),
})

export const ScheduleList = page(Schedule)
