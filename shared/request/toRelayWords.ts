// Says length and shape in the way one relay understands. What is the relay's habit anyway is not
// said, so a default that is spelled out sends the same bytes as one that is left out.

import type { JsonObject } from '../wire/json.ts'
import type { Model } from './models.ts'
import { toOrientation, toRatio, toShorterSide } from './shape.ts'

export interface RelayWords {
  readonly relayModel: string
  /** What follows the prompt, with its leading space; '' when there is nothing to say. */
  readonly words: string
  /** Top-level fields of the body. */
  readonly fields: JsonObject
}

/** '' for a length or a shape that is not said. `isHabitSaid`: for relays that are told everything. */
export function toRelayWords(
  model: Model,
  seconds: string,
  size: string,
  isHabitSaid = false,
): RelayWords {
  // The model's name is always filled whole, defaults included.
  const fill = createFill(seconds || (model.seconds[0] ?? ''), size || (model.sizes[0] ?? ''))
  const words: string[] = []
  const fields: Record<string, string | number> = {}
  const rules = [
    { rule: model.tell.size, value: size, habit: model.sizes[0] },
    { rule: model.tell.seconds, value: seconds, habit: model.seconds[0] },
  ]
  for (const { rule, value, habit } of rules) {
    if (value === '' || (value === habit && !isHabitSaid)) continue
    if (rule.by === 'prompt') words.push(fill(rule.text))
    if (rule.by !== 'field') continue
    if (rule.as === 'number') fields[rule.name] = Number(seconds)
    else fields[rule.name] = rule.as === 'string' ? seconds : fill(`{${rule.as}}`)
  }
  return {
    relayModel: fill(model.relayModel),
    words: words.length === 0 ? '' : ` ${words.join(', ')}`,
    fields,
  }
}

const chinese = { portrait: '竖屏', landscape: '横屏', square: '方形' } as const

function createFill(seconds: string, size: string): (template: string) => string {
  const ratio = toRatio(size) ?? '1:1'
  const orientation = toOrientation(size)
  // HD, as relays sell it, is everything above 720 pixels on the shorter side.
  const isHd = toShorterSide(size) > 720
  const values = {
    seconds,
    size,
    ratio,
    orientation,
    shape: `${orientation} ${ratio}${isHd ? ' HD' : ''}`,
    shape_zh: `${chinese[orientation]} ${ratio}${isHd ? ' 高清' : ''}`,
  }
  return (template) =>
    Object.entries(values).reduce(
      (text, [name, value]) => text.replaceAll(`{${name}}`, value),
      template,
    )
}
