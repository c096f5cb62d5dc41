// A new request out of a finished video that its relay still has: an edit, an extension, or a remix at
// the relay's own address. Length and shape are the video's; what else is wanted stands in the prompt.

import { liftAttachments, isAttachmentMarker, type Liftable } from './attachments.ts'
import { checkSize } from './checkSize.ts'
import { refuse, refuseIssues, type Refused } from './error.ts'
import { findModel, isSeconds, type Models } from './models.ts'
import type { RemixSource } from './remix.ts'
import {
  refuseModel,
  toOptions,
  toUserMessage,
  type CallerOptions,
  type GenerationRequest,
} from './request.ts'
import { editRequestSchema, extensionRequestSchema } from './schema.ts'
import type { Source, ToldSource } from './source.ts'
import { toRelayWords } from './toRelayWords.ts'
import { isJsonObject } from '../wire/json.ts'

export interface DeriveOrder {
  readonly ok: true
  /** Our id of the video to begin with. */
  readonly video: string
  readonly prompt: string
  /** How much longer an extension makes it; null for an edit. */
  readonly seconds: string | null
  readonly options: CallerOptions
}

/** Reads `POST /v1/videos/edits` or `/extensions`, JSON or the fields of a form. */
export async function safeParseDeriveRequest(
  json: Liftable,
  as: 'edit' | 'extension',
): Promise<DeriveOrder | Refused> {
  const lifted = await liftAttachments(json)
  if (!lifted.ok) return lifted
  const { value } = lifted
  const video = isJsonObject(value) ? (value['video'] ?? null) : null
  if (typeof video === 'string' || isAttachmentMarker(video)) {
    return refuse('video', 'must be {"id": …} of a finished video; files are not taken')
  }
  const result =
    as === 'edit' ? editRequestSchema.safeParse(value) : extensionRequestSchema.safeParse(value)
  if (!result.success) return refuseIssues(result.error.issues, value)
  const { data } = result
  const seconds = 'seconds' in data ? String(data.seconds) : null
  if (seconds !== null && !isSeconds(seconds)) {
    return refuse('seconds', 'must be a number of seconds from 1 to 999')
  }
  const { prompt } = data
  return { ok: true, video: data.video.id, prompt, seconds, options: toOptions(data) }
}

export function createDerivedRequest(
  original: RemixSource,
  prompt: string,
  source: Source & { readonly told: ToldSource },
  models: Models,
): { readonly ok: true; readonly request: GenerationRequest } | Refused {
  const { model: id, size, defaults } = original
  const model = findModel(models, id)
  if (model === null) return refuseModel(id, models)
  if (source.told.as === 'remix' && model.remix === 'off') {
    return refuse(null, 'the relay of this model cannot remix', 'not_supported')
  }
  const { seconds: added } = source.told
  const before = original.pricedSeconds === null ? '' : original.seconds
  const request: GenerationRequest = {
    model: id,
    prompt,
    seconds: addSeconds(original.seconds, added),
    size,
    n: 1,
    // Some relays bill an extended video as a whole.
    pricedSeconds: addSeconds(before, added) || null,
    defaults,
    // No chat relay is asked for it; this is what a release that knows no other kind would send.
    body: {
      model: toRelayWords(model, original.seconds, size).relayModel,
      messages: [toUserMessage(prompt, null)],
      stream: true,
    },
    askedAs: { form: 'video', told: [] },
    source,
    attachments: [],
  }
  return checkSize(request, null) ?? { ok: true, request }
}

/** '' where nobody knows how long it was. */
function addSeconds(seconds: string, added: string | null): string {
  return seconds === '' || added === null ? seconds : String(Number(seconds) + Number(added))
}
