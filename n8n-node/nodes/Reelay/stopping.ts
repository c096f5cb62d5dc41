// What the Stop button means: nothing is sent after it, and what became of the work is said where it
// can be heard, for n8n throws the run's own words away.

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow'

import { ItemProblem } from './itemProblem.ts'

const stopResults = {
  unsent: 'Nothing was sent after Stop.',
  cancelled: 'The video was cancelled, too.',
  shared: 'A video of others goes on.',
  unknown:
    'The gateway could not be told: the video goes on and may be charged. Cancel it with its id.',
  unanswered:
    'Nobody knows whether the gateway took the order. If it did, Get Many shows the video; cancel it there.',
  disconnected:
    'The connection to the relay was closed. It may still finish the work and charge it.',
  stopped: 'The relay was told to stop the job. It may still charge for it.',
  goesOn: 'The relay cannot be told to stop: the job goes on and may be charged.',
} as const

export function toStoppedProblem(json: IDataObject, result: keyof typeof stopResults): ItemProblem {
  return new ItemProblem('The execution was stopped', stopResults[result], json)
}

/** n8n runs a node again in Retry On Fail even after Stop, so it is asked before anything is sent. */
export function refuseStopped(stop: AbortSignal | undefined): void {
  if (stop?.aborted === true) throw toStoppedProblem({}, 'unsent')
}

/** In n8n's log, and on the browser's console of a manual run: nobody sees the error of a stopped run. */
export function tellStopped(context: IExecuteFunctions, { advice, json }: ItemProblem): void {
  const { id, task_id: taskId, url } = json
  const name = id ?? taskId ?? url
  const text = `Stopped. ${typeof name === 'string' ? `Video ${name}: ` : ''}${advice}`
  context.logger.warn(text)
  if (context.getMode() === 'manual') context.sendMessageToUI(text)
}
