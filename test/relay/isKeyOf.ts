// Tells whether a text is one of a table's own keys, so that ids from prompts and tests index it
// safely.

export function isKeyOf<T extends object>(table: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(table, key)
}
