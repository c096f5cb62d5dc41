// Lets the Worker call a plain class through the Durable Object that holds it. The platform calls
// methods of the prototype only, so each public method of the plain class gets one that forwards.

type Method = (...args: unknown[]) => unknown

interface Class<Instance> {
  readonly prototype: Instance
  readonly name: string
}

/** What the platform calls by itself is the shell's to define. */
const ownMethods = new Set(['constructor', 'alarm', 'fetch'])

/**
 * Makes `T` for the first call that needs it, and tries again with the next one when that throws. The
 * constructor of a shell must not throw: the platform would spend the object's alarm on it.
 */
export function onFirstCall<T>(create: () => T): () => T {
  let made: T | undefined
  return () => (made ??= create())
}

/** Adds the methods of `plain` to `shell`; `find` gives the object that does the work of a method. */
export function expose<Shell extends object, Plain extends object>(
  shell: Class<Shell>,
  plain: Class<Plain>,
  find: (object: Shell, method: string) => Plain | Promise<Plain>,
): void {
  for (const [name, { value }] of Object.entries(
    Object.getOwnPropertyDescriptors(plain.prototype),
  )) {
    if (ownMethods.has(name) || typeof value !== 'function') continue
    const method: Method = value
    const forward = async function (this: Shell, ...args: unknown[]) {
      const found = find(this, name)
      return await method.apply(found instanceof Promise ? await found : found, args)
    }
    // How many arguments it needs is a promise to callers of other releases, and recorded with each.
    Object.defineProperty(forward, 'length', { value: method.length })
    Object.defineProperty(shell.prototype, name, { value: forward })
  }
}
