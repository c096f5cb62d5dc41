// An object without one of its fields. `const { field: _, ...rest }` does the same, but n8n's linter, which
// reads all that the node is made of, takes `_` for a variable that nobody uses.

export function omit<T extends object, Name extends keyof T>(value: T, name: Name): Omit<T, Name> {
  const copy: Partial<T> = { ...value }
  delete copy[name]
  return copy as Omit<T, Name>
}
