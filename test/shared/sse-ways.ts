/** Every way a network may deliver some bytes: whole, byte by byte, cut in two, with empty chunks. */
export function toWays(input: Uint8Array): Uint8Array[][] {
  const empty = new Uint8Array(0)
  const single = Array.from(input, (byte) => Uint8Array.of(byte))
  const ways = [[input], single, single.flatMap((byte) => [empty, byte, empty])]
  // Longer inputs repeat themselves; their beginnings hold every kind of cut.
  const longest = Math.min(input.length, 600)
  for (let at = 1; at < longest; at += 1)
    ways.push([input.subarray(0, at), empty, input.subarray(at)])
  return ways
}
