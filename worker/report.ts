// One line of JSON per fact worth telling an operator. Ids, codes and names of steps only: never a
// prompt, a key, a link, or an error's own text from outside.

export interface Report {
  readonly what: string
  readonly id: string
  readonly code?: string
  readonly attempt?: number
  /** Only its class is told: messages of errors may quote what they choked on. */
  readonly error?: unknown
}

export function report({ error, ...line }: Report): void {
  const kind = error instanceof Error ? error.name : undefined
  console.log(JSON.stringify({ ...line, ...(kind !== undefined && { error: kind }) }))
}
