// Whether a gateway could call an address: one on the internet can never call a machine at home. Used
// to say early that a callback cannot arrive; it guards nothing, the gateway has its own guard.

export function canReach(gatewayUrl: string, url: string): boolean {
  return !isPrivateHost(new URL(url).hostname) || isPrivateHost(new URL(gatewayUrl).hostname)
}

/** Whether a host name can only mean a machine nearby. */
function isPrivateHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace('[', '').replace(']', '')
  if (host.includes(':')) {
    return host === '::1' || host === '::' || /^f[cd]|^fe[89ab]/.test(host)
  }
  const parts = host.split('.')
  const [a, b] = parts.map(Number)
  if (parts.length === 4 && a !== undefined && b !== undefined && !Number.isNaN(a + b)) {
    if (a === 0 || a === 10 || a === 127) return true
    if (a === 169 && b === 254) return true
    if (a === 172 && b >= 16 && b <= 31) return true
    if (a === 192 && b === 168) return true
    // Carrier-grade NAT, which Tailscale uses, too.
    return a === 100 && b >= 64 && b <= 127
  }
  // Docker's names and a bare machine name have no dot.
  if (!host.includes('.')) return true
  return ['.local', '.localhost', '.internal', '.lan', '.home.arpa'].some((end) =>
    host.endsWith(end),
  )
}
