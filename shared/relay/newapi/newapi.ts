// new-api's own shape, `/video/generations`: width and height as numbers, what a vendor wants besides
// in `metadata`.

import { isSize, type Words } from '../../request/models.ts'
import type { JsonObject } from '../../wire/json.ts'
import { createTaskKind } from '../tasks/taskKind.ts'

export const newapi = createTaskKind({
  submit: '/video/generations',
  as: 'json',
  lacks: ['n'],
  body: (asked, _, words) => {
    const [width, height] = isSize(asked.size) ? asked.size.split('x').map(Number) : []
    const metadata = Object.fromEntries(
      Object.entries({
        [words.aspect_ratio ?? 'aspect_ratio']: asked.aspectRatio,
        resolution: asked.resolution,
        negative_prompt: asked.negativePrompt,
        [words.last_frame ?? 'image_tail']: asked.lastFrame,
        reference_images: asked.references.length === 0 ? null : asked.references,
        ...toSound(asked.audio, words.audio),
      }).filter(([, value]) => value !== null),
    )
    return {
      duration: asked.seconds === '' ? undefined : Number(asked.seconds),
      width: asked.aspectRatio === null ? width : undefined,
      height: asked.aspectRatio === null ? height : undefined,
      image: asked.firstFrame,
      seed: asked.seed,
      metadata: Object.keys(metadata).length === 0 ? undefined : metadata,
    }
  },
  poll: (id) => `/video/generations/${encodeURIComponent(id)}`,
  // Its proxy sends the video of any channel from here.
  content: (id) => `/videos/${encodeURIComponent(id)}/content`,
  cancel: null,
})

function toSound(audio: boolean | null, words: Words['audio']): JsonObject {
  if (words === undefined) return { generate_audio: audio }
  const [name, yes, no] = words
  return { [name]: audio === null ? null : audio ? yes : no }
}
