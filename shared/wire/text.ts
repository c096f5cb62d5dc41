/** Cuts outside text to 40 characters, so that a message can name it without carrying it. */
export function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`
}
