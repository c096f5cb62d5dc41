// The real Worker, whose generations throw whenever their alarm rings, ahead of all that the shell does:
// as a bug of ours or of the platform would. `POST /alarms` says how often that was.

import worker, * as real from '../../worker/index.ts'
import type { Env } from '../../worker/env.ts'

let thrown = 0

export class GenerationObject extends real.GenerationObject {
  override async alarm(): Promise<void> {
    thrown += 1
    throw new Error('dead')
  }
}
export const { AccountObject, SchedulerObject, Directory } = real

export default {
  async fetch(request, env, context) {
    if (!request.url.endsWith('/alarms')) return await worker.fetch(request, env, context)
    return Response.json({ thrown })
  },
} satisfies ExportedHandler<Env>
