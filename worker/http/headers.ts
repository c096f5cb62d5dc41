// The headers that every answer carries, whatever route made it: an answer of the API is data, and a
// browser must not run, frame or guess it. A route that says something stricter keeps its own words.

const always: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
}

const unlessSaid: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  // Resources, usage and secrets shown once: nothing here is for a shared cache.
  'cache-control': 'no-store',
}

// One year, as browsers' preload lists ask; subdomains are not ours to speak for.
const strictTransport = { 'strict-transport-security': 'max-age=31536000' }

/** What is still to be added to an answer that has `said` so far. */
export function toCommonHeaders(
  said: { has(name: string): boolean },
  options: { readonly requestId: string; readonly isHttps: boolean },
): Record<string, string> {
  const defaults = Object.entries(unlessSaid).filter(([name]) => !said.has(name))
  return {
    'x-request-id': options.requestId,
    ...always,
    ...Object.fromEntries(defaults),
    ...(options.isHttps && strictTransport),
  }
}
