// Placeholders in the prompt of a schedule, so that a daily video is not yesterday's from the cache.

/** `{{date}}` 2026-11-23 and `{{time}}` 09:00 in the schedule's zone, `{{slot}}` the instant in UTC. */
export function fillPrompt(prompt: string, slotAt: number, timezone: string): string {
  const part = (options: Intl.DateTimeFormatOptions) =>
    // Swedish writes dates and times as ISO 8601 does.
    new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, ...options }).format(slotAt)
  const values: Readonly<Record<string, () => string>> = {
    '{{date}}': () => part({ year: 'numeric', month: '2-digit', day: '2-digit' }),
    '{{time}}': () => part({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    '{{slot}}': () => new Date(slotAt).toISOString(),
  }
  return prompt.replace(/\{\{(?:date|time|slot)\}\}/g, (name) => values[name]?.() ?? name)
}
