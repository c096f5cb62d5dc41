// One idempotency key per wish. A wish that got no answer keeps its key, so that pressing the button
// again cannot pay twice; one that was answered is over.

/** @typedef {ReturnType<typeof createIdempotency>} Idempotency */

export function createIdempotency() {
  let wish = ''
  let key = ''
  return {
    /** @param {string} text the request as text */
    keyFor(text) {
      if (wish !== text) key = createKey()
      wish = text
      return key
    },
    answered() {
      wish = ''
    },
  }
}

/** 128 random bits. Not `crypto.randomUUID`: pages on plain http do not have it. */
export function createKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
