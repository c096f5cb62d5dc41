// Every call of a generation to its store and its account ends: one that is not answered within a
// minute has failed. What it may still do later is harmless, because each of them may be repeated.

import { type Clock, settleWithin } from '../../shared/limits.ts'
import type { GenerationPorts } from './ports.ts'

const CALL_MS = 60_000

export function withDeadlines(ports: GenerationPorts): GenerationPorts {
  return {
    ...ports,
    bucket: limitCalls(ports, 'store', ports.bucket),
    account: limitCalls(ports, 'account', ports.account),
  }
}

type Call = (...args: unknown[]) => Promise<unknown>

/** A port all of whose members are calls. */
function limitCalls<Port extends object>(clock: Clock, limit: string, port: Port): Port {
  const calls = Object.entries(port) as [string, Call][]
  return Object.fromEntries(
    calls.map(([name, call]): [string, Call] => [
      name,
      (...args) => settleWithin(clock, limit, CALL_MS, call(...args)),
    ]),
  ) as Port
}
