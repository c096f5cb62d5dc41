// One idempotency key per wish. A wish that got no answer keeps its key, so that pressing the button
// again cannot pay twice; one that was answered is over.

let wish = ''
let key = ''

export function keyFor(text: string): string {
  if (wish !== text) key = createKey()
  wish = text
  return key
}

export function wasAnswered(): void {
  wish = ''
}

/** 128 random bits. Not `crypto.randomUUID`: pages on plain http do not have it. */
export function createKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
