// Hosts as an operator lists them: `hooks.example.com`, or `*.example.com` for every name below it.

/** null for what is no list of such patterns. */
export function parseHostPatterns(text: string): string[] | null {
  const patterns = text.split(',').map((part) => part.trim().toLowerCase())
  const shape = /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){0,10}[a-z0-9-]{1,63}$/
  return patterns.every((pattern) => shape.test(pattern)) ? patterns : null
}

/** `host`: as a parsed URL has it, without its port. An empty list is no limit. */
export function isListedHost(host: string, patterns: readonly string[]): boolean {
  if (patterns.length === 0) return true
  return patterns.some((pattern) =>
    pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern,
  )
}
