// JSON inside a text: whole, behind a few words, or as Python prints it. Entered once, and only where a
// text is an error's or stands in place of an answer.

import { isJsonList, isJsonObject, tryParseJson, type JsonValue } from '../../wire/json.ts'

const LONGEST = 65_536

/** The document in a text, and the words in front of it; null when there is none. */
export function readNested(
  text: string,
): { readonly words: string; readonly value: JsonValue } | null {
  if (text.length > LONGEST) return null
  const at = text.search(/[{[]/)
  if (at === -1) return null
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'))
  const inner = text.slice(at, end + 1)
  const value =
    tryParseJson(inner) ?? tryParseJson(unescapeOnce(inner)) ?? tryParseJson(toJson(inner))
  if (!isJsonObject(value) && !isJsonList(value)) return null
  return { words: text.slice(0, at), value }
}

/** A document that was quoted once more than it was unquoted. */
function unescapeOnce(text: string): string {
  return text.includes('\\"') ? text.replaceAll('\\"', '"').replaceAll('\\\\', '\\') : ''
}

const constants: Readonly<Record<string, string>> = { None: 'null', True: 'true', False: 'false' }

/** `{'code': 400, 'error': None}` as JSON; '' when it is not that either. */
function toJson(repr: string): string {
  if (!repr.includes("'")) return ''
  const tokens = /'((?:[^'\\]|\\.)*)'|("(?:[^"\\]|\\.)*")|\b(None|True|False)\b/g
  return repr.replace(tokens, (all, single?: string, _double?: string, word?: string) => {
    if (word !== undefined) return constants[word] ?? all
    return single === undefined ? all : JSON.stringify(single.replaceAll("\\'", "'"))
  })
}
