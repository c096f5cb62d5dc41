// Addresses as far as an operator may keep them: whose network it was, never whose machine.

import ipaddr from 'ipaddr.js'

/** The /24 of an IPv4 address, the /48 of an IPv6 one; null for what is no address. */
export function toAddressPrefix(address: string | undefined): string | null {
  if (address === undefined || !ipaddr.isValid(address)) return null
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6
    ? `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/48`).toString()}/48`
    : `${ipaddr.IPv4.networkAddressFromCIDR(`${parsed.toString()}/24`).toString()}/24`
}

/** A network in the one spelling that is stored, also of a single address; null for anything else. */
export function toNetwork(text: string): string | null {
  if (ipaddr.isValid(text)) {
    const address = ipaddr.process(text)
    return `${address.toString()}/${address instanceof ipaddr.IPv6 ? 128 : 32}`
  }
  if (!ipaddr.isValidCIDR(text)) return null
  const [address, bits] = ipaddr.parseCIDR(text)
  // Bits of the host are a slip: nobody knows which of the two was meant.
  const network =
    address instanceof ipaddr.IPv6
      ? ipaddr.IPv6.networkAddressFromCIDR(text)
      : ipaddr.IPv4.networkAddressFromCIDR(text)
  return network.toString() === address.toString() ? `${network.toString()}/${bits}` : null
}

/** Is the address in one of these networks? What is no address is in none. */
export function isInNetworks(
  address: string | null | undefined,
  networks: readonly string[],
): boolean {
  if (typeof address !== 'string' || !ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  return networks.some((text) => {
    const [network, bits] = ipaddr.parseCIDR(text)
    return network.kind() === parsed.kind() && parsed.match(network, bits)
  })
}
