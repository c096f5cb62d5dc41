// new-api's own shape, `/video/generations`: width and height as numbers, what a vendor wants besides
// in `metadata`.

import { isSize } from '../../request/models.ts'
import type { JsonValue } from '../../wire/json.ts'
import { toRemix } from '../videos/videos.ts'
import { createTaskKind } from '../tasks/taskKind.ts'

export const newapi = createTaskKind({
  submit: '/video/generations',
  as: 'json',
  lacks: ['n'],
  isPassedOn: true,
  body: (asked, _, words) => {
    const [width, height] = isSize(asked.size) ? asked.size.split('x').map(Number) : []
    const named = [
      ['aspect_ratio', 'aspect_ratio', asked.aspectRatio],
      ['resolution', 'resolution', asked.resolution],
      ['negative_prompt', 'negative_prompt', asked.negativePrompt],
      ['last_frame', 'image_tail', asked.lastFrame],
      [
        'reference_images',
        'reference_images',
        asked.references.length === 0 ? null : asked.references,
      ],
      ['audio', 'generate_audio', asked.audio],
    ] as const
    const metadata: Record<string, JsonValue> = {}
    for (const [input, usual, value] of named) {
      if (value === null) continue
      const word = words[input] ?? usual
      if (typeof word === 'string') metadata[word] = value
      else metadata[word[0]] = value === true ? word[1] : word[2]
    }
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
  // It asks the channel that made the video.
  derive: { remix: toRemix },
})
