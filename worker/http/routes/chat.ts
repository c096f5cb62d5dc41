// POST /v1/chat/completions: the relay's own endpoint, normalised. Streams the log of a generation,
// waits for its end, or answers with where it can be found.

import { parseChatEventId, toChatCompletion, toChatError } from '../../../shared/video/chat.ts'
import { failures, isUnstored } from '../../../shared/video/failures.ts'
import { toKey } from '../../../shared/request/key.ts'
import type { CallerOptions, GenerationRequest } from '../../../shared/request/request.ts'
import { safeParseChatRequest } from '../../../shared/request/request.ts'
import { HttpError, invalid, notFound, toRetryAfter } from '../errors.ts'
import type { Accepted } from '../../submission/submit.ts'
import type { AppContext } from '../context.ts'
import { readJsonWithImages, toHttpError } from '../body.ts'
import type { Description } from '../../generation/generation.ts'
import { parsePrefer } from '../preferences.ts'
import { KeyWatch } from '../keyWatch.ts'
import { streamGeneration, waitForEnd } from '../readGeneration.ts'
import { isVideoId } from '../../proofs/videoId.ts'
import { submitRequest } from '../submitRequest.ts'
import { toVideoResponse, withLinkFor } from '../videoResponse.ts'
import { getGeneration } from '../../objects.ts'

export async function completeChat(context: AppContext): Promise<Response> {
  const submitted = await submitOrResume(context)
  if (submitted instanceof Response) return submitted
  const { submission, options } = submitted
  refuseDoubtful(submission)
  const { identity } = submission.description
  if (parsePrefer(context.req.header('prefer')).respondAsync) {
    context.header('location', `/v1/videos/${identity.id}`)
    context.header('preference-applied', 'respond-async')
    return await toVideoResponse(context, submission.description, 202)
  }
  if (options.stream) {
    return await streamGeneration(context, identity.id, 'chat', 0, options)
  }
  return await answerWhole(context, submission.description)
}

/** What a client of OpenAI's asks first, unless it is told to speak chat. */
export function refuseResponses(): never {
  throw new HttpError(
    'not_supported',
    "This gateway speaks chat completions and videos, not Responses. With the AI SDK change one line: `openai.chat('model')` instead of `openai('model')`. With the OpenAI SDK use `client.videos.create` or `client.chat.completions.create`.",
  )
}

/** By itself, so that nothing of its images is left while the caller waits. */
async function submitOrResume(
  context: AppContext,
): Promise<Response | { readonly submission: Accepted; readonly options: CallerOptions }> {
  const { models } = context.var.gateway.config
  const parsed = await safeParseChatRequest(await readJsonWithImages(context), models)
  if (!parsed.ok) throw toHttpError(parsed)
  const { request, options } = parsed
  const lastEventId = context.req.header('last-event-id')
  if (lastEventId !== undefined) return await resume(context, request, options, lastEventId)
  return { submission: await submitRequest(context, request, options), options }
}

/** Reads on where an earlier answer broke off. Never admits anything. */
async function resume(
  context: AppContext,
  request: GenerationRequest,
  options: { stream: boolean; includeUsage: boolean },
  lastEventId: string,
): Promise<Response> {
  const { gateway, principal, account } = context.var
  const place = parseChatEventId(lastEventId)
  if (place === null) {
    throw invalid('Last-Event-ID', 'Last-Event-ID is not one of a chat stream of ours.')
  }
  const id = place.videoId
  const isOurs = await isVideoId(gateway.signer, id, principal.account)
  const row = isOurs ? await account.find(id) : null
  if (row === null || row.state === 'gone') throw notFound()
  if (row.key !== (await toKey(principal.account, request))) {
    throw new HttpError(
      'event_mismatch',
      'Last-Event-ID belongs to another request. Send it with the body it came from, or leave it out.',
      { param: 'Last-Event-ID' },
    )
  }
  if (options.stream) {
    return await streamGeneration(context, id, 'chat', place.offset, options)
  }
  const description = await getGeneration(context.env, id).describe(principal.account)
  if (description === null) throw notFound()
  return await answerWhole(context, description)
}

function refuseDoubtful({ description }: Accepted): void {
  const { state, identity } = description
  if (state.status !== 'failed') return
  const isDead = isUnstored(state.error?.code) && state.isLinkDead === true
  if (state.outcome !== 'unknown' && !isDead) return
  const how = isDead
    ? 'was charged, and the link to its video is dead'
    : 'ended without a known outcome and may have been charged'
  throw new HttpError(
    'outcome_unknown',
    `An identical request (${identity.id}) ${how}. ` +
      'Set accept_possible_charge to true to start another.',
    { param: 'accept_possible_charge' },
  )
}

async function answerWhole(context: AppContext, start: Description): Promise<Response> {
  const { totalMs, archiveMs, lookupMs } = context.var.gateway.config.generation
  const longestMs = totalMs + archiveMs + lookupMs
  const description =
    start.state.endedAt === null
      ? await waitForEnd(context.env, start.identity.id, longestMs, new KeyWatch(context))
      : start
  if (description === null) throw notFound()
  const { state, video, usage } = description
  const { error, retryAt } = state
  if (error === null) {
    return context.json(toChatCompletion(await withLinkFor(context, video), usage))
  }
  context.header('x-should-retry', 'false')
  if (retryAt !== null) context.header('retry-after', toRetryAfter(retryAt - Date.now()))
  return context.json({ error: toChatError(error), video }, failures[error.code].status)
}
