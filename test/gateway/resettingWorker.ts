// The real Worker, whose objects are reset in a share of the calls that read: what a deploy, a move or
// an update of the runtime does. `RESET_PERCENT` is that share; nothing is reset while it is 0.

import { DurableObject } from 'cloudflare:workers'
import worker, * as real from '../../worker/index.ts'
import type { Env } from '../../worker/env.ts'

type Method = (this: { ctx: DurableObjectState }, ...args: unknown[]) => unknown

let percent = 0
let calls = 0
let seed = 1

/** The same numbers in each run. */
function chance(): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed / 2 ** 32
}

function resets(shell: { readonly prototype: DurableObject }, names: readonly string[]): void {
  for (const name of names) {
    const method = (shell.prototype as unknown as Record<string, Method>)[name]
    if (method === undefined) throw new Error(`there is no ${name}`)
    Object.defineProperty(shell.prototype, name, {
      value: async function (this: { ctx: DurableObjectState }, ...args: unknown[]) {
        calls += 1
        if (chance() * 100 < percent) this.ctx.abort('reset by the test')
        return await method.apply(this, args)
      },
    })
  }
}

export class GenerationObject extends real.GenerationObject {}
export class AccountObject extends real.AccountObject {}
export class SchedulerObject extends real.SchedulerObject {}
export const { Directory } = real

resets(GenerationObject, ['describe', 'fetch', 'inspect', 'remixMaterial', 'waitForEnd'])
resets(AccountObject, ['authenticate', 'find', 'list', 'listKeys', 'usage', 'listEndpoints'])
resets(SchedulerObject, ['list', 'get', 'lastRuns'])

export default {
  /** `POST /resets/20` sets the share, and says how many calls were counted so far. */
  async fetch(request, env, context) {
    const share = /\/resets\/(\d+)$/.exec(request.url)?.[1]
    if (share === undefined) return await worker.fetch(request, env, context)
    percent = Number(share)
    return Response.json({ calls })
  },
} satisfies ExportedHandler<Env>
