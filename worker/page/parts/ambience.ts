// Colours that belong to a video before it is there: made of its prompt, so that the same wish always
// looks the same and two wishes beside each other do not.

export function toAmbience(text: string): Readonly<Record<string, string>> {
  let hash = 2166136261
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 16777619)
  }
  const hue = (hash >>> 0) % 360
  return { '--hue': String(hue), '--hue2': String((hue + 40 + ((hash >>> 9) % 80)) % 360) }
}
