// Colours that belong to a video before it is there: made of its prompt, so that the same wish always
// looks the same and two wishes beside each other do not.

/** Those that stay clear when they are dark: no olive, no mustard. */
const hues = [262, 292, 325, 355, 18, 172, 200, 232]

export function toAmbience(text: string): Readonly<Record<string, string>> {
  let hash = 2166136261
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 16777619)
  }
  const first = (hash >>> 3) % hues.length
  const second = (first + 1 + ((hash >>> 11) % (hues.length - 2))) % hues.length
  return { '--hue': String(hues[first]), '--hue2': String(hues[second]) }
}
