// Every way a generation can fail, in one table: what the caller sees, whether the paid POST may
// be sent again, whether the account stops sending. Add a code here and every host learns it.

interface FailureMeaning {
  /** HTTP status of a non-streamed chat answer. */
  readonly status: 400 | 409 | 429 | 502 | 503 | 504
  /** May be sent again where the relay has refused it. Absent: never. */
  readonly repeat?: true
  /** Opens the account's breaker: no more paid attempts for 30 s. */
  readonly breaker?: true
  /** What the person who asked can do about it. */
  readonly advice: string
}

const table = {
  invalid_request: {
    status: 400,
    advice: 'Change the request as the message says; the relay refused it as it stands.',
  },
  content_policy: {
    status: 400,
    advice: 'Rephrase the prompt or change the image; the relay refuses this content.',
  },
  rate_limited: {
    status: 429,
    repeat: true,
    advice: 'Wait and send it again; the relay is busy.',
  },
  auth: {
    status: 503,
    breaker: true,
    advice: "Check RELAY_API_KEY: the relay does not accept the gateway's key.",
  },
  quota: {
    status: 503,
    breaker: true,
    advice: "Top up the gateway's account at the relay.",
  },
  no_channel: {
    status: 503,
    advice: 'Choose another model or try later; the relay has no channel for this one now.',
  },
  upstream_unavailable: {
    status: 502,
    repeat: true,
    advice: 'Try again later; the relay cannot take work now.',
  },
  upstream_error: {
    status: 502,
    advice: 'The relay reported a failure of its own; read the message, then try again.',
  },
  empty_result: {
    status: 502,
    advice: 'The relay ended without a link; check its console before paying again.',
  },
  not_a_video: {
    status: 502,
    advice: 'The relay answered with something else than a video; check model and prompt.',
  },
  stream_required: {
    status: 502,
    advice: 'The relay generates only when asked to stream; report this, the gateway always asks.',
  },
  truncated_stream: {
    status: 502,
    advice: 'The answer broke off; the relay may still bill it. Check its console first.',
  },
  outcome_unknown: {
    status: 502,
    advice:
      'Nobody knows whether the relay did the work. To pay again, set accept_possible_charge.',
  },
  download_failed: {
    status: 502,
    advice: 'The video exists at source_url; POST …/archive tries the download again, unpaid.',
  },
  storage_failed: {
    status: 502,
    advice: 'The video exists at source_url; POST …/archive tries to store it again, unpaid.',
  },
  timeout: {
    status: 504,
    advice:
      'A time limit ended it; the relay may still bill it. Raise the limit if this is normal.',
  },
  gateway_timeout: {
    status: 504,
    advice:
      "A gateway in front of the relay gave up; check the relay's console before paying again.",
  },
  cancelled: {
    status: 409,
    advice: 'It was cancelled; send the request again to start anew.',
  },
} as const satisfies Record<string, FailureMeaning>

export type FailureCode = keyof typeof table
export const failures: Readonly<Record<FailureCode, FailureMeaning>> = table

/** What the attempt may cost: see the contract's definition in docs/api.md. */
export const charges = ['none', 'possible', 'certain'] as const
export type Charge = (typeof charges)[number]

/** Whether the relay itself said how it ended. */
export const outcomes = ['known', 'unknown'] as const
export type Outcome = (typeof outcomes)[number]

/** A failure as data: what was seen, what it may cost, whether the relay said so. */
export interface Failure {
  readonly code: FailureCode
  /** For people. Never a prompt, a key, or a signed link. */
  readonly message: string
  readonly charge: Charge
  readonly outcome: Outcome
  /** Milliseconds the relay asked us to wait, when it said so. */
  readonly retryAfterMs?: number | undefined
  /** The link that was seen is dead or refused: archiving it again cannot help. */
  readonly isLinkDead?: boolean | undefined
  /** It refused before any work began, and says so by a code of its own or by HTTP's, not by words alone. */
  readonly refused?: boolean | undefined
}

/** May the same paid POST be sent again without asking anybody? */
export function mayRepeat(failure: Failure): boolean {
  return isRefusal(failure) && failures[failure.code].repeat === true
}

/** Does it say that the account's next request would be refused, too? Then none is sent for a while. */
export function opensBreaker(failure: Failure): boolean {
  return isRefusal(failure) && failures[failure.code].breaker === true
}

function isRefusal({ charge, refused }: Failure): boolean {
  return charge === 'none' && refused === true
}

/** The video was made and paid for, and its link is known: it is never bought again unasked. */
export function isUnstored(code: FailureCode | null | undefined): boolean {
  return code === 'download_failed' || code === 'storage_failed'
}
