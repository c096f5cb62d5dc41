// Generating by the clock.

import { newScheduleSchema, scheduleChangeSchema } from '../../http/routes/schedules.ts'
import * as answers from '../answers/schedules.ts'
import { deleted } from '../answers/parts.ts'
import type { Operation } from './operation.ts'
import { admission, ok, sample } from './operation.ts'

export const scheduleOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/schedules',
    summary: 'Generate by the clock',
    tag: 'Schedules',
    access: 'manage',
    body: {
      schema: newScheduleSchema,
      example: { name: 'Morning', cron: '0 7 * * *', timezone: 'Europe/Paris', request: sample },
    },
    answers: [{ status: 201, description: 'The schedule.', schema: answers.schedule }],
    errors: ['model_not_found'],
  },
  {
    method: 'get',
    path: '/v1/schedules',
    summary: 'List schedules',
    tag: 'Schedules',
    access: 'manage',
    parameters: ['limit', 'after'],
    answers: [ok('One page.', answers.scheduleList)],
    errors: ['invalid_request'],
  },
  {
    method: 'get',
    path: '/v1/schedules/{id}',
    summary: 'Read a schedule',
    tag: 'Schedules',
    access: 'manage',
    parameters: ['id'],
    answers: [ok('The schedule.', answers.schedule)],
    errors: ['not_found'],
  },
  ...(['post', 'patch'] as const).map((method): Operation => ({
    method,
    path: '/v1/schedules/{id}',
    summary: method === 'post' ? 'Change, pause or resume a schedule' : 'The same as POST',
    tag: 'Schedules',
    access: 'manage',
    parameters: ['id'],
    body: { schema: scheduleChangeSchema, example: { paused: true } },
    answers: [ok('The schedule.', answers.schedule)],
    errors: ['not_found', 'model_not_found'],
  })),
  {
    method: 'delete',
    path: '/v1/schedules/{id}',
    summary: 'Remove a schedule',
    tag: 'Schedules',
    access: 'manage',
    parameters: ['id'],
    answers: [ok('Removed.', deleted)],
    errors: ['not_found'],
  },
  {
    method: 'post',
    path: '/v1/schedules/{id}/run',
    summary: 'Start it once, now',
    tag: 'Schedules',
    access: 'manage',
    parameters: ['id'],
    answers: [ok('The schedule, with this run.', answers.schedule)],
    errors: [...admission, 'not_found'],
  },
]
