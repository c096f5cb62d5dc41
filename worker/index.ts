// What Cloudflare calls: requests, the minute's trigger, and the Durable Object classes.

import { createApp } from './app.ts'
import type { Env } from './env.ts'
import { getScheduler } from './objects.ts'

export { AccountObject } from './account/accountObject.ts'
export { Directory } from './directory.ts'
export { GenerationObject } from './generation/generationObject.ts'
export { SchedulerObject } from './scheduler/schedulerObject.ts'

const app = createApp()

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    await getScheduler(env).tick(controller.scheduledTime)
  },
} satisfies ExportedHandler<Env>
