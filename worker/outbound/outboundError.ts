// Why a request to somebody else's address did not work out, as data. `final` saves the caller a
// table: trying the same address again cannot help. The cause is dropped on purpose: hosts put
// addresses into their messages, and ours may be signed.

const failures = {
  refused: { final: true, message: 'The address was refused.' },
  redirects: {
    final: true,
    message: 'The address redirects in a circle, or more than three times.',
  },
  expired: { final: true, message: 'The host says that the link is no longer valid.' },
  status: { final: false, message: 'The host answered with an error.' },
  unreachable: { final: false, message: 'The host could not be reached.' },
  late: { final: false, message: 'The host did not answer in time.' },
  silent: { final: false, message: 'The transfer stalled.' },
  slow: { final: false, message: 'The transfer was too slow.' },
  cut: { final: false, message: 'The transfer broke off before its end.' },
  too_large: { final: true, message: 'The answer is larger than the limit.' },
} as const

export type OutboundReason = keyof typeof failures

/** A request or transfer that failed. The message is for people. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError'
  readonly reason: OutboundReason
  readonly final: boolean

  constructor(reason: OutboundReason, message: string = failures[reason].message) {
    super(message)
    this.reason = reason
    this.final = failures[reason].final
  }
}
