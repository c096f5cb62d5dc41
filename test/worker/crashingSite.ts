// A gateway that can be killed and comes back on the same storage, in front of a relay that lives on.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunningGateway } from '../gateway/startGateway.ts'
import { startGateway } from '../gateway/startGateway.ts'
import type { RelaySimulator, RelaySimulatorOptions } from '../relay/relaySimulator.ts'
import { startRelaySimulator } from '../relay/relaySimulator.ts'
import { killRuntime } from './killRuntime.ts'

export interface CrashingSite {
  readonly relay: RelaySimulator
  /** Another one after each crash; the key stays. */
  readonly gateway: RunningGateway
  readonly key: string
  /** Kills the runtime at once and starts it again, touching nothing. */
  crash(): Promise<void>
  close(): Promise<void>
}

export async function startCrashingSite(
  options: RelaySimulatorOptions & { readonly vars?: Readonly<Record<string, string>> } = {},
): Promise<CrashingSite> {
  const { vars, ...relayOptions } = options
  const folder = await mkdtemp(join(tmpdir(), 'reelay-'))
  const relay = await startRelaySimulator(relayOptions)
  const start = () =>
    startGateway({ relay, persistTo: folder, vars: { HEARTBEAT_MS: '500', ...vars } })
  let gateway = await start()
  const { key } = await gateway.createKey()

  return {
    relay,
    get gateway() {
      return gateway
    },
    key,
    async crash() {
      await killRuntime()
      await gateway.close()
      gateway = await start()
    },
    async close() {
      await gateway.close()
      await relay.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
