// What must not come back in a message: a relay that quotes the prompt or a key is not quoted.

import type { GenerationPorts } from './ports.ts'
import type { Row } from './row.ts'

export function toRedact(row: Row, { headers }: GenerationPorts['upstream']): string[] {
  const prompt = row.owner?.identity.prompt ?? ''
  return [prompt, ...Object.values(headers).map((value) => value.replace(/^Bearer /, ''))]
}
