// A new request out of an old one. Its images are left out: their bytes are deleted when the first
// outcome is known, and a relay that remixes has the first video to look at.

import { dropAttachments } from './attachments.ts'
import { checkSize } from './checkSize.ts'
import { isJsonList, isJsonObject, type JsonValue } from '../wire/json.ts'
import { omit } from '../wire/omit.ts'
import { findModel, type Models } from './models.ts'
import { refuse, refuseIssues, type Refused } from './error.ts'
import { MOST_VIDEOS, remixRequestSchema } from './schema.ts'
import {
  refuseModel,
  toOptions,
  toUserMessage,
  type CallerOptions,
  type GenerationRequest,
} from './request.ts'
import { toToldSeconds } from './asked.ts'
import type { Source } from './source.ts'
import { toRelayWords } from './toRelayWords.ts'

export type RemixResult =
  | { readonly ok: true; readonly prompt: string; readonly options: CallerOptions }
  | Refused

/** Reads the JSON of `POST /v1/videos/{id}/remix`. */
export function safeParseRemixRequest(json: JsonValue): RemixResult {
  const result = remixRequestSchema.safeParse(json)
  if (!result.success) return refuseIssues(result.error.issues, json)
  return { ok: true, prompt: result.data.prompt, options: toOptions(result.data) }
}

export type RemixSource = Omit<GenerationRequest, 'attachments'>

/**
 * The request that changes a finished video as `prompt` says, in the way its model's `remix` names:
 * by words and fields, where the relay has no address of its own for it.
 * @param relayText the relay's final text, for `history`; '' when none is stored
 * @param targetId the relay's own id of the video, for `target_id`
 * @param source whom alone that id says something
 */
export function createRemixRequest(
  original: RemixSource,
  relayText: string,
  prompt: string,
  targetId: string | null,
  models: Models,
  source: Source | null = null,
): { readonly ok: true; readonly request: GenerationRequest } | Refused {
  const model = findModel(models, original.model)
  if (model === null) return refuseModel(original.model, models)
  if (model.remix === 'off') {
    return refuse(null, 'the relay of this model cannot remix', 'not_supported')
  }
  const { defaults, askedAs: askedBefore } = original
  // Where no lengths are known, a default is what 0.1 took for granted and nobody asked for.
  const isUnsaid = (what: 'seconds' | 'size', known: readonly string[]) =>
    known.length === 0 && original[what] === defaults[what]
  const seconds = isUnsaid('seconds', model.seconds) ? '' : toToldSeconds(original)
  const size = isUnsaid('size', model.sizes) ? '' : original.size
  const { words, relayModel, fields } = toRelayWords(model, seconds, size)
  const change = toUserMessage(prompt + words, null)
  const { messages = [], ...rest } = omit(dropAttachments(original.body), 'stream')
  const before = omit(original, 'source')
  const accept = (
    history: readonly JsonValue[],
    target: { readonly remix_target_id?: string },
    from: { readonly source?: Source } = {},
  ) => {
    const body = { ...rest, model: relayModel, messages: history, ...target, stream: true }
    const askedAs = { ...askedBefore, form: 'video', told: Object.keys(fields) } as const
    const said = askedAs.lengthField === undefined ? seconds : original.seconds
    if (original.n > MOST_VIDEOS) return refuse('n', `of the video is more than ${MOST_VIDEOS}`)
    const request = {
      ...before,
      seconds: said,
      size,
      prompt,
      body,
      askedAs,
      attachments: [],
      ...from,
    }
    return checkSize(request, null) ?? { ok: true as const, request }
  }
  switch (model.remix) {
    case 'history': {
      if (relayText === '') return refuseEmpty('nothing is kept of what the relay said about it')
      const earlier = isJsonList(messages) ? messages.filter(hasContent) : []
      return accept([...earlier, { role: 'assistant', content: relayText }, change], {})
    }
    case 'target_id':
      if (targetId === null) return refuseEmpty("the relay's id of it is not known")
      return accept([change], { remix_target_id: targetId }, source === null ? {} : { source })
  }
}

function refuseEmpty(why: string): Refused {
  return refuse(null, `this video cannot be remixed, because ${why}`, 'not_remixable')
}

// A message that was only an image is an empty list now, which relays refuse.
function hasContent(message: JsonValue): boolean {
  if (!isJsonObject(message)) return false
  const { content } = message
  return !isJsonList(content) || content.length > 0
}
