// Which addresses are nearby: a gateway on the internet can never call a machine at home, and a link of
// a relay on the internet must never lead to one.

export function canReach(gatewayUrl: string, url: string): boolean {
  return !isPrivateHost(new URL(url).hostname) || isPrivateHost(new URL(gatewayUrl).hostname)
}

// Hosts as a URL writes them: lower case, four decimal numbers, IPv6 in brackets.
const privateHosts = [
  // What is not 2000::/3, and what of it hides an IPv4 address (Teredo, 6to4) or is for documents.
  /^\[(?![23][0-9a-f]{3}:)/,
  /^\[(2001:(0{0,3}:|db8:)|2002:)/,
  /^(0|10|127)\.\d+\.\d+\.\d+$/,
  /^(169\.254|172\.(1[6-9]|2\d|3[01])|192\.168)\.\d+\.\d+$/,
  // Carrier-grade NAT, which Tailscale uses, too.
  /^(192\.0\.[02]|198\.(1[89]|51\.100)|203\.0\.113)\./,
  // Multicast and what is reserved.
  /^(22[4-9]|2[3-5]\d)\.\d+\.\d+\.\d+$/,
  /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d+\.\d+$/,
  // Docker's names and a bare machine name have no dot.
  /^[^.[]+$/,
  /\.(local|localhost|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|onion|alt)$/,
]

/** Whether a host can only be nearby. A dot at the end makes no other name. */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '')
  return privateHosts.some((pattern) => pattern.test(host))
}
