// The addresses in a request, so that a relay which names one of them is not taken to have made it.

import type { JsonValue } from '../../wire/json.ts'

/** A request is a prompt and a few images; what is longer is an image's bytes. */
const LONGEST = 262_144

export function listRequestLinks(body: JsonValue): readonly string[] {
  const text = JSON.stringify(body).slice(0, LONGEST)
  return text.match(/https?:\/\/[^\s"'<>\\)\]]{1,2048}/g) ?? []
}
