// The finished video that a new one is made from. Only the relay that made it knows it, so that nobody
// else is asked.

import type { JsonValue } from '../wire/json.ts'

/** What a relay may be asked to make of a video of its own. */
export type Deed = 'edit' | 'extension' | 'remix'

export interface Source {
  /** Our id of it: with the deed it decides the key. */
  readonly video: string
  /** Who made it, by its configured id and kind. */
  readonly relay: string
  readonly kind: string
  /** null: a field of the body names it. */
  readonly told: ToldSource | null
}

/** How the relay itself is told. */
export interface ToldSource {
  readonly as: Deed
  /** The relay's own job, as its kind names it. */
  readonly task: JsonValue
  /** The relay's link to the video; null when it is none that can be passed on. */
  readonly url: string | null
  /** Of an extension: how long the new part is. */
  readonly seconds: string | null
}
