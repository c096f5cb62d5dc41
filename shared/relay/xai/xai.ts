// xAI's shape, also of the proxies that speak it: lengths as numbers, shapes as a ratio and a
// resolution, pictures as `{url}`.

import { toRatio, toResolution } from '../../request/shape.ts'
import type { JsonObject } from '../../wire/json.ts'
import { createTaskKind } from '../tasks/taskKind.ts'

export const xai = createTaskKind({
  submit: '/videos/generations',
  as: 'json',
  // It takes a first frame or references, not both.
  lacks: ['last_frame', 'negative_prompt', 'audio', 'n'],
  body: (asked) => ({
    duration: asked.seconds === '' ? undefined : Number(asked.seconds),
    aspect_ratio: asked.aspectRatio ?? toRatio(asked.size),
    resolution: asked.resolution ?? toResolution(asked.size),
    image: asked.firstFrame === null ? undefined : { url: asked.firstFrame },
    reference_images:
      asked.references.length === 0 ? undefined : asked.references.map((url) => ({ url })),
    seed: asked.seed,
  }),
  poll: (id) => `/videos/${encodeURIComponent(id)}`,
  content: null,
  cancel: null,
  derive: {
    edit: ({ url, model, prompt }) =>
      url === null ? null : toCall('/videos/edits', { model, prompt, video: { url } }),
    extension: ({ url, model, prompt, seconds }) =>
      url === null
        ? null
        : toCall('/videos/extensions', {
            model,
            prompt,
            video: { url },
            duration: Number(seconds),
          }),
  },
})

/** The video by its link, which ends some time; then the relay refuses, unpaid. */
function toCall(path: string, body: JsonObject) {
  return { path, as: 'json', body } as const
}
