// Times as the API writes them: whole seconds since the epoch, null for what has not happened.

export function toUnixSeconds(at: number): number
export function toUnixSeconds(at: number | null): number | null
export function toUnixSeconds(at: number | null): number | null {
  return at === null ? null : Math.floor(at / 1000)
}
