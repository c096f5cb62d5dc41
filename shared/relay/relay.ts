// One way to speak to a relay, whatever it is: what to send for a request, and what an answer means.
// Pure: the host sends, stores the task, waits and pays. A kind is a folder beside this file.

import type { RemixSource } from '../request/remix.ts'
import type { Deed } from '../request/source.ts'
import type { Model } from '../request/models.ts'
import type { RelayUsage } from '../video/chat.ts'
import type { Failure } from '../video/failures.ts'
import type { JsonObject, JsonValue } from '../wire/json.ts'

/** One call, before it has an address, credentials and bytes. */
export interface RelayCall {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below the relay's base address, with its leading slash. */
  readonly path: string
  /** What this kind of answer is asked for by. */
  readonly accept: string
  readonly body: CallBody | null
}

/** Images stand in it as markers; the host puts their bytes in while it sends. */
export type CallBody =
  | { readonly as: 'json'; readonly value: JsonObject }
  /** `multipart/form-data`, in this order. What is no text is written as JSON. */
  | { readonly as: 'form'; readonly fields: readonly (readonly [name: string, value: JsonValue])[] }

/** A job at a relay, as its kind names it. Stored before anything else happens, and opaque elsewhere. */
export type RelayTask = JsonValue

/** A finished video. */
export interface Found {
  readonly url: string
  /** The link is the relay's own and opens only with its key, which goes along to that origin alone. */
  readonly needsKey: boolean
  /** Further videos of the same answer. */
  readonly others: readonly string[]
  /** What the relay says that it billed, US dollars. */
  readonly costUsd: number | null
}

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

export const noEvidence: RelayEvidence = {
  taskId: null,
  statusUrl: null,
  tail: '',
  text: '',
  usage: null,
}

export type Verdict = { readonly evidence: RelayEvidence } & (
  | ({ readonly is: 'video' } & Found)
  /** The relay has taken a job; ask for it after `everyMs`, null when it did not say. */
  | { readonly is: 'task'; readonly task: RelayTask; readonly everyMs: number | null }
  | { readonly is: 'failure'; readonly failure: Failure }
)

/** How the bytes stopped: the body's regular end, or a broken connection, or one of our limits. */
export type Ending = 'end' | 'broken' | 'limit'

export interface RelayHead {
  readonly status: number
  header(name: string): string | null
  /** ms since epoch, to read a Retry-After date. */
  readonly now: number
}

export interface ReadOptions {
  /** The relay's base address; relative links resolve against it. */
  readonly baseUrl: string
  /** Texts of the caller's, such as the prompt: a relay that quotes them is not quoted in turn. */
  readonly redact?: readonly string[] | undefined
  /** Addresses that stand in the request: a relay that names one has not made it. */
  readonly requestLinks?: readonly string[] | undefined
  /** What the relay bills for a job that failed, where its operator has said so. */
  readonly failed?: 'free' | 'billed' | undefined
}

export interface RelayAnswer {
  /** True after the last word or a broken limit: nothing more needs to be read. */
  readonly done: boolean
  /** Complete frames so far; comments are not counted, so a stream of keep-alives stands still. */
  readonly frames: number
  feed(bytes: Uint8Array): readonly RelayFact[]
  /** Call once. Feeding afterwards is a programming error. */
  end(how: Ending): { readonly facts: readonly RelayFact[]; readonly verdict: Verdict }
}

/** What one look at a task says. */
export type Look =
  | {
      readonly is: 'running'
      readonly progress: number | null
      readonly phase: 'queued' | 'running'
      readonly retryAfterMs: number | null
    }
  | ({ readonly is: 'video' } & Found)
  | { readonly is: 'failed'; readonly failure: Failure }
  /** Nothing was learned. `isUnknown`: the relay says that it knows no such task. */
  | { readonly is: 'no news'; readonly isUnknown: boolean; readonly retryAfterMs: number | null }

/** What is told to a relay: what was asked for, without its images' bytes. */
export type Order = RemixSource

export interface RelayKind {
  /** What it makes of a video of its own, at addresses of their own. */
  readonly derives: readonly Deed[]
  /** Null when it has words for everything asked; else the field that it cannot tell. */
  cannotTell(order: Order, model: Model): string | null
  /** The one call that may cost money. `as`: how its body is sent, where the relay's setting says so. */
  order(order: Order, model: Model, as?: CallBody['as']): RelayCall
  read(head: RelayHead, options: ReadOptions): RelayAnswer
  /** Free; null when nobody may look. */
  look(task: RelayTask): RelayCall | null
  readLook(head: RelayHead, text: string, task: RelayTask, options: ReadOptions): Look
  /** Absent where the relay offers none. */
  cancel?(task: RelayTask): RelayCall
}
