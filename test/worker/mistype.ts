// A key or an id with its last character changed: never the one it was, whatever that ended with.

export function mistype(text: string): string {
  return text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')
}
