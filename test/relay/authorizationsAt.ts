// Which credentials were sent to which origin: what a test asks that wants to know that a key stayed
// where it belongs.

export interface RecordedCall {
  readonly url: URL | string
  readonly headers: Readonly<Record<string, string>>
}

/** Each value of `Authorization` once, in order; calls without one count as none. */
export function authorizationsAt(
  origin: string,
  calls: readonly RecordedCall[],
): readonly string[] {
  const there = calls.filter(({ url }) => new URL(url).origin === new URL(origin).origin)
  const values = there.map(({ headers }) => headers['authorization'] ?? '')
  return [...new Set(values.filter((value) => value !== ''))]
}
