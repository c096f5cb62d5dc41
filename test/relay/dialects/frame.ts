// The wire form of one streamed chunk. Each relay serialises a little differently (spaces, escapes,
// extra keys); those habits are arguments here because parsers have tripped over every one of them.

/** Text to send now, or a pause after which `progress` percent has been reported. */
export type Frame = string | { readonly progress: number | null }

export interface Chunk {
  readonly [key: string]: unknown
}

export const DONE = 'data: [DONE]\n\n'

/** `data: {…}` as Go and JavaScript relays write it. */
export const frame = (chunk: Chunk): string => `data: ${JSON.stringify(chunk)}\n\n`

/** Python's json.dumps: a space after `:` and `,`, everything beyond ASCII escaped. */
export function framePython(chunk: Chunk): string {
  return `data: ${dump(chunk).replaceAll(/[^\x20-\x7e]/g, escapeUnit)}\n\n`
}

/** Go's encoding/json: `<`, `>` and `&` escaped. */
export function frameGo(chunk: Chunk): string {
  return `data: ${JSON.stringify(chunk).replaceAll(/[<>&]/g, escapeUnit)}\n\n`
}

const escapeUnit = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

function dump(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(dump).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).filter(([, member]) => member !== undefined)
    return `{${pairs.map(([key, member]) => `${JSON.stringify(key)}: ${dump(member)}`).join(', ')}}`
  }
  return JSON.stringify(value)
}

/** One pause per reported percentage, with what `say` words for it in front. */
export function* reportProgress(
  progress: readonly number[],
  say: (percent: number, index: number) => string,
): Iterable<Frame> {
  for (const [index, percent] of progress.entries()) {
    yield say(percent, index)
    yield { progress: percent }
  }
}
