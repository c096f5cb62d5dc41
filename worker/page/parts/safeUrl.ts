// Decides which addresses from outside may become a link or a source. Everything that is not plain
// http or https is refused, whatever it looks like.

export function toSafeUrl(address: string): URL | null {
  const url = URL.parse(address, document.baseURI)
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url : null
}

/**
 * The same file through the host this page came from: a signed link is valid on every host of the
 * gateway, and the page's policy lets it load from its own only.
 */
export function toLocalUrl(address: string | undefined): string | null {
  const url = address === undefined ? null : toSafeUrl(address)
  if (url === null) return null
  const local = new URL(location.origin)
  // Set part by part: a path that begins with two slashes would name a host.
  local.pathname = url.pathname
  local.search = url.search
  return local.href
}
