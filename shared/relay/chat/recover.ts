// The text of a chunk that is no valid JSON: cut by a broken connection, or mangled by the relay.
// It may hold the only copy of a paid link, so what can be read of it is read.

const KEY = '"content"'

/**
 * Everything that stands behind `"content":` as far as it goes, each complete text on its own line;
 * '' when nothing does. A text that was cut stays open at its end, so that half a link shows.
 */
export function recoverContent(frame: string): string {
  let text = ''
  let at = frame.indexOf(KEY)
  while (at !== -1) {
    at += KEY.length
    while (' :\t'.includes(frame.charAt(at)) && at < frame.length) at += 1
    if (frame.charAt(at) === '"') {
      const end = closingQuote(frame, at + 1)
      text += unescapeJson(frame.slice(at + 1, end))
      if (end < frame.length) text += '\n'
      at = end
    }
    at = frame.indexOf(KEY, at)
  }
  return text
}

/** Where the string that goes on at `start` is closed, or the end. */
export function closingQuote(frame: string, start: number): number {
  let at = start
  while (at < frame.length && frame.charAt(at) !== '"') at += frame.charAt(at) === '\\' ? 2 : 1
  return Math.min(at, frame.length)
}

function unescapeJson(text: string): string {
  let plain = ''
  let start = 0
  for (;;) {
    const at = text.indexOf('\\', start)
    if (at === -1) return plain + text.slice(start)
    plain += text.slice(start, at)
    const kind = text.charAt(at + 1)
    if (kind === 'u') {
      const code = Number.parseInt(text.slice(at + 2, at + 6), 16)
      plain += Number.isNaN(code) ? '' : String.fromCharCode(code)
      start = at + 6
    } else {
      plain += kind === 'n' || kind === 'r' || kind === 't' ? '\n' : kind
      start = at + 2
    }
  }
}
