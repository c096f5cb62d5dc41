// The key that opens a link: only where the relay that took the job made the link itself, at the very
// origin the key is sent to anyway. A vendor's link gets none.

import { defaultRelayId, type Relay, type Relays } from '../settings/relays.ts'
import type { Row } from './row.ts'

/** The relay whose key the link needs; null where it needs none. */
export function findKeyRelay(url: string, row: Row, relays: Relays): Relay | null {
  const id = row.job?.relay ?? row.lastAttempt?.relay ?? defaultRelayId
  const relay = relays.find((one) => one.id === id)
  if (relay === undefined || relay.kind === 'chat') return null
  return URL.parse(url)?.origin === new URL(relay.baseUrl).origin ? relay : null
}
