// Whether a gateway could call an address: one on the internet can never call a machine at home. Used
// to say early that a callback cannot arrive; it guards nothing, the gateway has its own guard.

export function canReach(gatewayUrl: string, url: string): boolean {
  return !isPrivateHost(new URL(url).hostname) || isPrivateHost(new URL(gatewayUrl).hostname)
}

// Hosts as a URL writes them: lower case, four decimal numbers, IPv6 in brackets.
const privateHosts = [
  /^\[(::1?|f[cd].*|fe[89ab].*)\]$/,
  /^(0|10|127)\.\d+\.\d+\.\d+$/,
  /^(169\.254|172\.(1[6-9]|2\d|3[01])|192\.168)\.\d+\.\d+$/,
  // Carrier-grade NAT, which Tailscale uses, too.
  /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d+\.\d+$/,
  // Docker's names and a bare machine name have no dot.
  /^[^.[]+$/,
  /\.(local|localhost|internal|lan|home\.arpa)$/,
]

/** Whether a host name can only mean a machine nearby. */
function isPrivateHost(hostname: string): boolean {
  return privateHosts.some((pattern) => pattern.test(hostname))
}
