// What the item of a plain relay says where it ends without a video for a reason of our own: what
// happened, whether it may have cost something, what to do.

import { WaitLimitError } from '../../../shared/client/error.ts'
import type { LimitReached } from '../../../shared/limits.ts'
import type { OrderedJob } from './attemptMemory.ts'
import { ItemProblem } from './itemProblem.ts'

export const unsure = new ItemProblem(
  'An earlier attempt of this item reached the relay, and nobody knows how it ended',
  "It may have been charged, so it is not sent again. Look into the relay's console; to pay again, switch on the option Pay Again if Unsure.",
  { charge: 'possible' },
)

export const noAnswer = new ItemProblem(
  'The connection to the relay broke before an answer arrived',
  "Nobody knows whether the relay did the work, so it is not sent again. Look into the relay's console. Check the base URL and the network.",
  { charge: 'possible' },
)

export const notReached = new ItemProblem(
  'The relay cannot be reached',
  'Check the base URL in the credential and the network. Nothing was sent, nothing was charged.',
)

/** The server knows no such address, which is told apart from its having failed at the work. */
export function toNowhereProblem({ message, advice, json }: ItemProblem): ItemProblem {
  return new ItemProblem(
    message,
    `Check the base URL and Server in the credential: this server takes no orders there. ${advice}`,
    json,
    404,
  )
}

export function toUntoldProblem(field: string): ItemProblem {
  return new ItemProblem(
    `A relay of this kind cannot be told \`${field}\``,
    'Leave it out, or choose another Relay Kind in the credential. Nothing was sent, nothing was charged.',
  )
}

export function toMovedProblem({ name, baseUrl }: OrderedJob): ItemProblem {
  return new ItemProblem(
    `An earlier attempt of this item ordered job ${name} at another relay`,
    `It may have been charged, so it is not ordered again. Look for it at ${new URL(baseUrl).origin}, or put that relay back into the credential.`,
    { task_id: name, charge: 'possible' },
  )
}

export function toUnfinishedProblem(reached: LimitReached, name: string): ItemProblem {
  return new ItemProblem(
    `${new WaitLimitError(reached).message} Job ${name} is not lost.`,
    'It goes on at the relay, which may bill it. Retry On Fail looks at it again and orders nothing; if videos usually take this long, raise the Total Wait Limit option.',
    { task_id: name, charge: 'possible' },
  )
}
