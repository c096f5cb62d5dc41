// Says length and shape in the way one relay understands. What is the relay's habit anyway is not
// said, so a default that is spelled out sends the same bytes as one that is left out.

import type { JsonObject } from '../wire/json.ts'
import type { Model } from './models.ts'

export interface Told {
  readonly relayModel: string
  /** What follows the prompt, with its leading space; '' when there is nothing to say. */
  readonly words: string
  /** Top-level fields of the body. */
  readonly fields: JsonObject
}

export function tellRelay(model: Model, seconds: string, size: string): Told {
  const words: string[] = []
  const fields: Record<string, string | number> = {}
  const { tell } = model
  if (size !== model.sizes[0]) {
    if (tell.size.by === 'prompt') words.push(fill(tell.size.text, seconds, size))
    if (tell.size.by === 'field') fields[tell.size.name] = fill(`{${tell.size.as}}`, seconds, size)
  }
  if (seconds !== model.seconds[0]) {
    if (tell.seconds.by === 'prompt') words.push(fill(tell.seconds.text, seconds, size))
    if (tell.seconds.by === 'field') {
      fields[tell.seconds.name] = tell.seconds.as === 'number' ? Number(seconds) : seconds
    }
  }
  return {
    // A name is always complete: it has no way to leave a word out.
    relayModel: fill(model.relayModel, seconds, size),
    words: words.length === 0 ? '' : ` ${words.join(', ')}`,
    fields,
  }
}

function fill(template: string, seconds: string, size: string): string {
  const shape = toShape(size)
  return template
    .replaceAll('{seconds}', seconds)
    .replaceAll('{size}', size)
    .replaceAll('{ratio}', shape.ratio)
    .replaceAll('{orientation}', shape.orientation)
    .replaceAll('{shape}', `${shape.orientation} ${shape.ratio}${shape.isHd ? ' HD' : ''}`)
    .replaceAll(
      '{shape_zh}',
      `${chinese[shape.orientation]} ${shape.ratio}${shape.isHd ? ' 高清' : ''}`,
    )
}

const chinese = { portrait: '竖屏', landscape: '横屏', square: '方形' } as const

// The ratios relays know by name. Sizes such as 1024x1792 are only nearly one of them.
const ratios = ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3', '21:9'] as const

function toShape(size: string) {
  const [width, height] = size.split('x').map(Number)
  const shape = Math.log((width ?? 1) / (height ?? 1))
  const distance = (ratio: string) => {
    const [across, down] = ratio.split(':').map(Number)
    return Math.abs(Math.log((across ?? 1) / (down ?? 1)) - shape)
  }
  const ratio = ratios.reduce((best, next) => (distance(next) < distance(best) ? next : best))
  const orientation: keyof typeof chinese =
    shape === 0 ? 'square' : shape > 0 ? 'landscape' : 'portrait'
  // What relays sell as HD is everything above 720 pixels on the shorter side.
  return { ratio, orientation, isHd: Math.min(width ?? 0, height ?? 0) > 720 }
}
