// The address of whoever calls.

import type { AppContext } from './context.ts'

/** Set by Cloudflare, whatever the caller sends; undefined where nobody sets it. */
export function readAddress(context: AppContext): string | undefined {
  return context.req.header('cf-connecting-ip')
}
