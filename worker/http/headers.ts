// The headers that every answer carries, whatever route made it: an answer of the API is data, and a
// browser must not run, frame or guess it. A route that says something stricter keeps its own words.

import type { AppContext } from './context.ts'

const always = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
}

const unlessSaid = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  // Resources, usage and secrets shown once: nothing here is for a shared cache.
  'cache-control': 'no-store',
}

// One year, as browsers' preload lists ask; subdomains are not ours to speak for.
const strictTransport = { 'strict-transport-security': 'max-age=31536000' }

/** Adds to an answer that is made already. */
export function setCommonHeaders(context: AppContext): void {
  const said = context.res.headers
  const headers = {
    'x-request-id': context.var.requestId,
    ...always,
    ...Object.fromEntries(Object.entries(unlessSaid).filter(([name]) => !said.has(name))),
    ...(context.req.url.startsWith('https:') && strictTransport),
  }
  for (const [name, value] of Object.entries(headers)) context.header(name, value)
}
