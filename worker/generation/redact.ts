// What must not come back, neither in a message nor as its meaning: a relay that quotes the request or a
// key is not quoted, and what it quotes says nothing.

import { listRequestTexts } from '../../shared/relay/quotes.ts'
import type { Relays } from '../settings/relays.ts'
import type { Row } from './row.ts'

export function toRedact(row: Row, relays: Relays): string[] {
  const prompt = row.owner?.identity.prompt ?? ''
  const secrets = relays.flatMap(({ headers }) => Object.values(headers))
  const texts = listRequestTexts(row.request?.body ?? null)
  return [prompt, ...texts, ...secrets.map((value) => value.replace(/^Bearer /, ''))]
}
