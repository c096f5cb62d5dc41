// OpenAI's Videos API, as relays really speak it. Multipart unless the relay's setting says JSON, for
// some take nothing else and the official SDK sends nothing else.

import { isAttachmentMarker } from '../../request/attachments.ts'
import type { Asked } from '../../request/asked.ts'
import type { JsonValue } from '../../wire/json.ts'
import type { CallBody } from '../relay.ts'
import { createTaskKind, type From } from '../tasks/taskKind.ts'

export const videos = createTaskKind({
  submit: '/videos',
  as: 'form',
  lacks: ['last_frame', 'reference_images', 'n'],
  body: (asked, as) => ({
    seconds: asked.seconds,
    size: asked.aspectRatio === null && asked.resolution === null ? asked.size : undefined,
    ...toReference(asked, as),
    aspect_ratio: asked.aspectRatio,
    resolution: asked.resolution,
    negative_prompt: asked.negativePrompt,
    audio: asked.audio,
    seed: asked.seed,
  }),
  poll: (id) => `/videos/${encodeURIComponent(id)}`,
  content: (id) => `/videos/${encodeURIComponent(id)}/content`,
  // vLLM-Omni stops the work; where only a video that has ended can be deleted, this is refused.
  cancel: (id) => ({
    method: 'DELETE',
    path: `/videos/${encodeURIComponent(id)}`,
    accept: 'application/json',
    body: null,
  }),
  derive: {
    edit: ({ id, prompt, as }) => ({
      path: '/videos/edits',
      as,
      body: { prompt, ...toVideo(id, as) },
    }),
    extension: ({ id, prompt, seconds, as }) => ({
      path: '/videos/extensions',
      as,
      body: { prompt, ...toVideo(id, as), seconds },
    }),
    remix: toRemix,
  },
})

/** Always JSON: so the official SDK sends it. */
export function toRemix({ id, prompt }: From) {
  return {
    path: `/videos/${encodeURIComponent(id)}/remix`,
    as: 'json',
    body: { prompt },
  } as const
}

/** A form names an object's fields one by one. */
function toVideo(id: string, as: CallBody['as']): Record<string, JsonValue> {
  return as === 'json' ? { video: { id } } : { 'video[id]': id }
}

/** A file in a form is a file; a link has a field of its own there. */
function toReference(asked: Asked, as: CallBody['as']): Record<string, JsonValue> {
  const { firstFrame } = asked
  if (firstFrame === null) return {}
  if (as === 'json') return { input_reference: { image_url: firstFrame } }
  return isAttachmentMarker(firstFrame)
    ? { input_reference: firstFrame }
    : { 'input_reference[image_url]': firstFrame }
}
