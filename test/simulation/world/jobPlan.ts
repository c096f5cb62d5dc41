// What a relay of the simulated world does with one job, and what it says about it.

export interface Job {
  /** How the order is answered: with its id, or so that nobody learns it. */
  readonly answer: 'its id' | 'nothing' | 'no id' | 'an address'
  /** How long the relay works on it. */
  readonly workMs: number
  /** `here`: the relay itself has the video, for its key. */
  readonly end: 'video' | 'video here' | 'fails' | 'is moderated' | 'has no link'
  /** What it calls its state while it works. */
  readonly word: string
  /** How the first looks are answered, in order; all others as it is. */
  readonly looks: readonly OddLook[]
  /** What the relay reports that it billed, as a share of its price. */
  readonly costShare: number | null
  /** How a call that should stop it is answered; `says so`: it is stopped, and called cancelled. */
  readonly cancel: 'says so' | 'deleted' | 'refused' | 'busy' | 'hangs' | 'breaks'
}

export type OddLook = 'as it is' | 'hangs' | 'breaks' | 'unknown' | 'busy' | 'wrong key' | 'page'
