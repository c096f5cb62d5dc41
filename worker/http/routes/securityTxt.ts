// GET /.well-known/security.txt (RFC 9116): whom to tell of a problem with this gateway. Only its operator
// can say, so without SECURITY_CONTACT there is none.

import { notFound } from '../errors.ts'
import type { AppContext } from '../context.ts'

const DAY_MS = 24 * 60 * 60_000
/** The standard asks for less than a year. */
const VALID_DAYS = 180

export function getSecurityTxt(context: AppContext): Response {
  const { securityContact, publicUrl } = context.var.gateway.config
  if (securityContact === null) {
    throw notFound('Whoever runs this gateway has named no contact (SECURITY_CONTACT).')
  }
  // By the day, so that it is the same text for everybody who asks today.
  const until = (Math.floor(Date.now() / DAY_MS) + VALID_DAYS) * DAY_MS
  const lines = [
    `Contact: ${securityContact}`,
    `Expires: ${new Date(until).toISOString()}`,
    ...(publicUrl === null ? [] : [`Canonical: ${publicUrl}/.well-known/security.txt`]),
    'Preferred-Languages: en',
  ]
  const headers = { 'content-type': 'text/plain; charset=utf-8' }
  return new Response(`${lines.join('\n')}\n`, { headers })
}
