// Whether a model takes what a video request names: its length, its shape and its other inputs. A
// model of which nothing is known takes everything.

import { isJsonList, type JsonObject, type JsonValue } from '../wire/json.ts'
import { shorten } from '../wire/text.ts'
import { inputNames } from './asked.ts'
import { refuse, type Refused } from './error.ts'
import { isSeconds, isSize, type Model } from './models.ts'
import { isShapeOf, toRatio } from './shape.ts'

/** @param fields that fit the schema */
export function checkInputs(fields: JsonObject, model: Model): Refused | null {
  const { inputs } = model
  for (const name of ['input_reference', ...inputNames] as const) {
    if (!isGiven(fields[name]) || inputs === null || inputs.includes(name)) continue
    const list = inputs.length === 0 ? 'nothing but a prompt' : inputs.join(', ')
    return refuse(name, `is not taken by ${model.id}, which takes ${list}`)
  }
  const text = (name: string) => (isGiven(fields[name]) ? String(fields[name]) : null)
  const [seconds, size] = [text('seconds'), text('size')]
  const [ratio, resolution] = [text('aspect_ratio'), text('resolution')]
  return (
    checkChoice('seconds', seconds, model.seconds) ??
    checkChoice('size', size, model.sizes) ??
    checkChoice('aspect_ratio', ratio, model.aspectRatios) ??
    checkChoice('resolution', resolution?.toLowerCase() ?? null, model.resolutions) ??
    (seconds === null || isSeconds(seconds)
      ? null
      : refuse('seconds', 'must be a number of seconds from 1 to 999')) ??
    checkShape(size, ratio, resolution, model)
  )
}

function checkShape(
  size: string | null,
  ratio: string | null,
  resolution: string | null,
  { sizes, aspectRatios }: Model,
): Refused | null {
  if (size === null) return null
  if (!isSize(size)) return refuse('size', 'must be a size such as 1280x720')
  if (!isShapeOf(size, ratio, null)) return refuseContradiction('aspect_ratio', size)
  if (!isShapeOf(size, null, resolution)) return refuseContradiction('resolution', size)
  const shape = toRatio(size) ?? ''
  if (sizes.length > 0 || aspectRatios.length === 0 || aspectRatios.includes(shape)) return null
  return refuse('size', `must have one of the shapes ${aspectRatios.join(', ')}, got ${size}`)
}

function refuseContradiction(param: string, size: string): Refused {
  return refuse(param, `is not the shape of \`size\` ${size}; send one of them`)
}

/** '' among the choices means that nobody knows what happens when none is made. */
function checkChoice(
  param: string,
  got: string | null,
  choices: readonly string[],
): Refused | null {
  const offered = choices.filter((choice) => choice !== '')
  if (got === null || offered.length === 0) return null
  const isOffered = offered.some((choice) => choice.toLowerCase() === got)
  return isOffered
    ? null
    : refuse(param, `must be one of ${offered.join(', ')}, got ${shorten(got)}`)
}

function isGiven(value: JsonValue | undefined): boolean {
  if (isJsonList(value)) return value.length > 0
  return value !== undefined && value !== null && value !== ''
}
