// An answer that takes minutes goes on after its key was revoked unless somebody looks: asked again with
// every fourth comment, a minute by default, so that a revoked key's open streams and waits end soon.

import { ObjectUnreached } from '../objects.ts'
import type { AppContext } from './context.ts'
import { HttpError } from './errors.ts'

const COMMENTS = 4

export class KeyWatch {
  readonly everyMs: number
  readonly #context: AppContext
  #nextAt: number

  constructor(context: AppContext) {
    this.#context = context
    this.everyMs = COMMENTS * context.var.gateway.config.commentMs
    this.#nextAt = Date.now() + this.everyMs
  }

  /** Asks when it is time; an account that cannot be reached is asked the next time. */
  async isGood(): Promise<boolean> {
    if (Date.now() < this.#nextAt) return true
    this.#nextAt = Date.now() + this.everyMs
    const { account, principal } = this.#context.var
    try {
      const access = await account.authenticate(principal.digest, 'read')
      return access.ok || access.code !== 'invalid_api_key'
    } catch (error) {
      if (!(error instanceof ObjectUnreached)) throw error
      return true
    }
  }

  async require(): Promise<void> {
    if (await this.isGood()) return
    throw new HttpError('invalid_api_key', 'The API key was revoked or has expired.')
  }

  /** The same bytes, until the key is good no more. They must never pause for long. */
  guard(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    return body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: async (chunk, controller) => {
          if (await this.isGood()) controller.enqueue(chunk)
          else controller.terminate()
        },
      }),
    )
  }
}
