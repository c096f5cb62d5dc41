// Makes one form of base URL out of what people paste: with or without scheme, `/v1`, a slash or a
// whole endpoint. What is no address stays null; guessing further would send a key somewhere odd.

/** Up to and including `/v1`, or null when the text is no http(s) address. */
export function normalizeBaseUrl(text: string): string | null {
  const trimmed = text.trim()
  if (trimmed === '') return null
  let url: URL
  try {
    url = new URL(trimmed.includes('://') ? trimmed : `https://${trimmed}`)
  } catch {
    return null
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null
  const segments = url.pathname.split('/').filter((segment) => segment !== '')
  const version = segments.indexOf('v1')
  const prefix = version === -1 ? segments : segments.slice(0, version)
  return [url.origin, ...prefix, 'v1'].join('/')
}
