// What the stage can do with the video on it. Each rejects with what went wrong.

import type { JsonObject } from '../../../shared/wire/json.ts'

export interface StageDeeds {
  /** The very request that was made, where this page made it; else what the video tells of it. */
  readonly requestBody: JsonObject
  readonly remix: (prompt: string) => Promise<void>
  /** The same request once more, paid. */
  readonly vary: () => Promise<void>
  readonly continueFromEnd: () => Promise<void>
  /** Fetches a video again that was paid for and not stored. */
  readonly archive: () => Promise<void>
  readonly remove: () => Promise<void>
  /** Puts the request back into the composer. */
  readonly edit: () => void
}
