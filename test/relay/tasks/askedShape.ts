// Length and shape of the video as a task's request names them, in whichever field.

import type { Job } from '../job.ts'
import type { RelayRequest } from '../relayRequest.ts'

export interface AskedShape {
  readonly seconds?: number
  readonly orientation?: Job['orientation']
}

export function readAskedShape({ body }: RelayRequest): AskedShape {
  const seconds = Number(body['seconds'] ?? body['duration'])
  const orientation = readOrientation(body)
  return {
    ...(seconds > 0 && { seconds }),
    ...(orientation !== null && { orientation }),
  }
}

function readOrientation(body: RelayRequest['body']): Job['orientation'] | null {
  const words = [body['size'], body['aspect_ratio'], `${body['width']}x${body['height']}`]
  for (const word of words) {
    const found = /^([0-9]{1,5})[x:]([0-9]{1,5})$/.exec(typeof word === 'string' ? word : '')
    if (found !== null) return Number(found[2]) > Number(found[1]) ? 'portrait' : 'landscape'
  }
  return null
}
