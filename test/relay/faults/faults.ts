// The fault catalogue as a table: every way an upstream has been seen to fail, by its id. Faults of
// the connection change where the relay is; all others change what the simulator answers there.

import { createServer } from 'node:net'
import { isKeyOf } from '../isKeyOf.ts'
import type { RelaySimulator } from '../relaySimulator.ts'
import { downloadFaults } from './downloads.ts'
import type { FaultKnobs } from './knobs.ts'
import { scenarioFaults } from './scenarioFaults.ts'

/** Where a relay is that cannot be reached in this way. */
const connectionFaults = {
  'dns-fail': () => 'http://relay.invalid/v1',
  refused: async () => `http://127.0.0.1:${await findClosedPort()}/v1`,
  // The simulator speaks no TLS: the handshake gets an HTTP answer.
  'tls-fail': ({ baseUrl }) => baseUrl.replace('http:', 'https:'),
  'rst-before-read': ({ baseUrl }) => baseUrl,
} as const satisfies Record<string, (simulator: RelaySimulator) => string | Promise<string>>

export type FaultId =
  | keyof typeof connectionFaults
  | keyof typeof scenarioFaults
  | keyof typeof downloadFaults

export const faultIds: readonly FaultId[] = [
  ...keysOf(connectionFaults),
  ...keysOf(scenarioFaults),
  ...keysOf(downloadFaults),
]

/** From now on the simulator fails like this. Resolves to the base URL to use while it does. */
export async function applyFault(
  simulator: RelaySimulator,
  id: FaultId,
  knobs: FaultKnobs = {},
): Promise<string> {
  if (isKeyOf(connectionFaults, id)) {
    // Also for those who come in through `createOutbound`, where every host can be reached.
    simulator.setConnections(id === 'tls-fail' ? 'reset-requests' : 'reset')
    return connectionFaults[id](simulator)
  }
  if (isKeyOf(downloadFaults, id)) simulator.setDownload(downloadFaults[id](knobs))
  else simulator.setScenario(scenarioFaults[id](knobs))
  return simulator.baseUrl
}

function keysOf<T extends object>(table: T): (keyof T)[] {
  return Object.keys(table).filter((key) => isKeyOf(table, key))
}

/** Free a moment ago; nothing else on the machine is likely to take it within a test. */
async function findClosedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string')
    throw new Error('The server has no TCP port.')
  return address.port
}
