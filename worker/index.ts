// What Cloudflare calls: requests, the minute's trigger, and the Durable Object classes.

import { createApp } from './http/app.ts'
import type { Env } from './env.ts'
import { getScheduleIndex } from './objects.ts'

export { AccountObject } from './shells/accountObject.ts'
// The name stands in wrangler.toml, and with what is stored under it.
export { DirectoryObject as Directory } from './shells/directoryObject.ts'
export { GenerationObject } from './shells/generationObject.ts'
export { SchedulerObject } from './shells/schedulerObject.ts'

const app = createApp()

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    await getScheduleIndex(env).tick(controller.scheduledTime)
  },
} satisfies ExportedHandler<Env>
