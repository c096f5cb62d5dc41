// Signatures are made by threads of the runtime, at no time of the world: the world waits for them, so
// that the same seed tells the same story on any machine.

let pending = 0

export function hasPendingCrypto(): boolean {
  return pending > 0
}

type Call = (...args: unknown[]) => Promise<unknown>

const subtle = Object.getPrototypeOf(crypto.subtle) as Record<string, Call>
for (const name of ['importKey', 'sign', 'digest']) {
  const call = subtle[name]
  if (call === undefined) throw new Error(`no crypto.subtle.${name}`)
  subtle[name] = async function counted(this: unknown, ...args: unknown[]) {
    pending += 1
    try {
      return await call.apply(this, args)
    } finally {
      pending -= 1
    }
  }
}
