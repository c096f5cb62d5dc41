// For accounts that nobody erases.

import type { ErasurePort } from '../../worker/protocol.ts'

const refuse = () => Promise.reject(new Error('this account is not erased'))

export const noErasure: ErasurePort = {
  generation: refuse,
  schedules: refuse,
  finish: refuse,
  storage: refuse,
}
