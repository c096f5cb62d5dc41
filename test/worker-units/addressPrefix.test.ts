// What is kept of an address, and which addresses are in a network.

import { expect, test } from 'vitest'
import { isInNetworks, toAddressPrefix, toNetwork } from '../../worker/proofs/addressPrefix.ts'

test.each([
  ['203.0.113.77', '203.0.113.0/24'],
  ['::ffff:203.0.113.77', '203.0.113.0/24'],
  ['2001:db8:1:2:3::4', '2001:db8:1::/48'],
  ['not an address', null],
  [undefined, null],
])('%s → %s', (address, prefix) => {
  expect(toAddressPrefix(address)).toBe(prefix)
})

test.each([
  ['203.0.113.7', '203.0.113.7/32'],
  ['203.0.113.0/24', '203.0.113.0/24'],
  ['2001:DB8::/32', '2001:db8::/32'],
  ['2001:db8::1', '2001:db8::1/128'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  // Bits of the host, too long, no network.
  ['203.0.113.7/24', null],
  ['203.0.113.0/33', null],
  ['example.com', null],
  ['', null],
])('the network %s → %s', (text, network) => {
  expect(toNetwork(text)).toBe(network)
})

test('an address is in a network of its own kind only', () => {
  const networks = ['203.0.113.0/24', '2001:db8::/32']
  const inside = ['203.0.113.255', '::ffff:203.0.113.1', '2001:db8:ffff::1']
  const outside = ['203.0.114.1', '2001:db9::1', '::1', 'unknown', undefined]
  expect(inside.filter((address) => !isInNetworks(address, networks))).toEqual([])
  expect(outside.filter((address) => isInNetworks(address, networks))).toEqual([])
  expect(isInNetworks('203.0.113.1', ['::/0'])).toBe(false)
})
