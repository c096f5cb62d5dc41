// What must not come back in a message: a relay that quotes the prompt or a key is not quoted.

import type { Relays } from '../relays.ts'
import type { Row } from './row.ts'

export function toRedact(row: Row, relays: Relays): string[] {
  const prompt = row.owner?.identity.prompt ?? ''
  const secrets = relays.flatMap(({ headers }) => Object.values(headers))
  return [prompt, ...secrets.map((value) => value.replace(/^Bearer /, ''))]
}
