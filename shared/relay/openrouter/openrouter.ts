// OpenRouter's shape: frames and references as typed parts, an address to ask, and the real cost in
// the answer.

import { toRatio, toResolution } from '../../request/shape.ts'
import type { Media } from '../../request/asked.ts'
import type { JsonObject } from '../../wire/json.ts'
import { createTaskKind } from '../tasks/taskKind.ts'

export const openrouter = createTaskKind({
  submit: '/videos',
  as: 'json',
  lacks: ['n'],
  body: (asked) => {
    const frames = [
      ...toFrames(asked.firstFrame, 'first_frame'),
      ...toFrames(asked.lastFrame, 'last_frame'),
    ]
    const references = asked.references.map(toPart)
    return {
      duration: asked.seconds === '' ? undefined : Number(asked.seconds),
      aspect_ratio: asked.aspectRatio ?? toRatio(asked.size),
      resolution: asked.resolution ?? toResolution(asked.size),
      negative_prompt: asked.negativePrompt,
      generate_audio: asked.audio,
      seed: asked.seed,
      frame_images: frames.length === 0 ? undefined : frames,
      input_references: references.length === 0 ? undefined : references,
    }
  },
  poll: (id) => `/videos/${encodeURIComponent(id)}`,
  content: (id) => `/videos/${encodeURIComponent(id)}/content?index=0`,
  cancel: null,
  derive: {},
})

function toPart(media: Media): JsonObject {
  return { type: 'image_url', image_url: { url: media } }
}

function toFrames(media: Media | null, type: string): JsonObject[] {
  return media === null ? [] : [{ ...toPart(media), frame_type: type }]
}
