// The vocabulary of "what did the relay say": facts while an answer arrives and one verdict at its
// end. `readRelayAnswer` (readAnswer.ts) produces them; time limits belong to the host.

import type { Failure } from '../../video/failures.ts'
import type { RelayUsage } from '../../video/chat.ts'

/** Something worth knowing before the answer has ended. */
export type RelayFact =
  /** Percent 0 to 100, decimals kept, only from known labels; each differs from the one before. */
  | { readonly type: 'progress'; readonly progress: number }
  | { readonly type: 'phase'; readonly phase: 'queued' | 'running' }
  /** A still or animated preview of the video (webp, gif, jpg, png or poster). */
  | { readonly type: 'preview'; readonly url: string }
  /** An id worth recovering, and where its state can be read without credentials, if the text said so. */
  | { readonly type: 'task'; readonly id: string; readonly statusUrl: string | null }
  /** A complete link that would be the result if the stream broke off now. Later ones replace it. */
  | { readonly type: 'link'; readonly url: string }

/** How the bytes stopped: the body's regular end, or a broken connection, or one of our limits. */
export type Ending = 'end' | 'broken' | 'limit'

export interface RelayResult {
  readonly url: string
  /** Further videos of the same answer. */
  readonly others: readonly string[]
}

/** The last words of an answer, for support: kept in private columns, never shown to other tenants. */
export interface RelayEvidence {
  readonly taskId: string | null
  readonly statusUrl: string | null
  /** The last 500 characters of text. */
  readonly tail: string
  /** The relay's final text, without the echo; what a `history` remix sends back. */
  readonly text: string
  readonly usage: RelayUsage | null
}

export type RelayVerdict =
  | { readonly ok: true; readonly result: RelayResult; readonly evidence: RelayEvidence }
  | { readonly ok: false; readonly failure: Failure; readonly evidence: RelayEvidence }

export interface RelayHead {
  readonly status: number
  header(name: string): string | null
  /** ms since epoch, to read a Retry-After date. */
  readonly now: number
}

export interface AnswerOptions {
  /** Where the answer came from; relative links resolve against it. */
  readonly baseUrl: string
  /** Texts of the caller's, such as the prompt: a relay that quotes them is not quoted in turn. */
  readonly redact?: readonly string[] | undefined
  /** Addresses that stand in the request: a relay that names one has not made it. */
  readonly requestLinks?: readonly string[] | undefined
}

export interface RelayAnswer {
  /** True after `[DONE]` or a broken limit: nothing more needs to be read. */
  readonly done: boolean
  /** Complete frames so far; comments are not counted, so a stream of keep-alives stands still. */
  readonly frames: number
  feed(bytes: Uint8Array): readonly RelayFact[]
  /** Call once. Feeding afterwards is a programming error. */
  end(how: Ending): { readonly facts: readonly RelayFact[]; readonly verdict: RelayVerdict }
}
