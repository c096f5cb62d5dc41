// What has to be known about outside text before it is sent on or shown to a person.

/** True when `text` cannot be written as UTF-8 without loss. */
export function hasLoneSurrogate(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0xd800 || unit > 0xdfff) continue
    const next = text.charCodeAt(at + 1)
    if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return true
    at++
  }
  return false
}

/** Cuts outside text to 40 characters, so that a message can name it without carrying it. */
export function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`
}
