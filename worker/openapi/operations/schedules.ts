// Generating by the clock.

import * as answers from '../../http/answers.ts'
import { admission, answer, ok, sample, under } from '../operation.ts'
import * as requests from '../requests.ts'

const change = {
  body: { schema: requests.ScheduleChange, example: { paused: true } },
  answers: [ok('The schedule.', answers.Schedule)],
  errors: ['not_found', 'model_not_found'],
} as const

export const scheduleOperations = under('Schedules', {
  'POST /v1/schedules': {
    summary: 'Generate by the clock',
    body: {
      schema: requests.NewSchedule,
      example: { name: 'Morning', cron: '0 7 * * *', timezone: 'Europe/Paris', request: sample },
    },
    answers: [answer(201, 'The schedule.', answers.Schedule)],
    errors: ['model_not_found'],
  },
  'GET /v1/schedules': {
    summary: 'List schedules',
    parameters: ['limit', 'after'],
    answers: [ok('One page.', answers.ScheduleList)],
    errors: ['invalid_request'],
  },
  'GET /v1/schedules/:id': {
    summary: 'Read a schedule',
    answers: [ok('The schedule.', answers.Schedule)],
  },
  'POST /v1/schedules/:id': { summary: 'Change, pause or resume a schedule', ...change },
  'PATCH /v1/schedules/:id': { summary: 'The same as POST', ...change },
  'DELETE /v1/schedules/:id': {
    summary: 'Remove a schedule',
    answers: [ok('Removed.', answers.Deleted)],
  },
  'POST /v1/schedules/:id/run': {
    summary: 'Start it once, now',
    answers: [ok('The schedule, with this run.', answers.Schedule)],
    errors: [...admission, 'not_found'],
  },
})
