// What went wrong with one item, in words for the person who reads it in n8n: what happened, what to
// do next, and the fields the item keeps. Becomes an n8n error, or an item where the node goes on.

import {
  NodeApiError,
  NodeError,
  NodeOperationError,
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
} from 'n8n-workflow'

import { ApiError, WaitLimitError } from '../../../shared/client/error.ts'
import { readUnsentCode } from './transport.ts'

export class ItemProblem extends Error {
  override readonly name = 'ItemProblem'
  /** The next step, as one or two sentences. */
  readonly advice: string
  /** What the item keeps, its id above all. */
  readonly json: IDataObject
  /** HTTP status when a server answered. */
  readonly status: number | undefined

  constructor(message: string, advice: string, json: IDataObject = {}, status?: number) {
    super(message)
    this.advice = advice
    this.json = json
    this.status = status
  }
}

/** Anything thrown below an operation, with what is known of the item by then. */
export function toItemProblem(error: unknown, json: IDataObject = {}): ItemProblem {
  const message = error instanceof Error ? error.message : 'Something unexpected happened'
  if (error instanceof ItemProblem) {
    return new ItemProblem(message, error.advice, { ...json, ...error.json }, error.status)
  }
  if (error instanceof WaitLimitError) return toWaitProblem(error, json)
  if (error instanceof NodeError) return new ItemProblem(message, error.description ?? '', json)
  if (error instanceof ApiError) {
    return new ItemProblem(describe(error), adviseOn(error), json, error.status || undefined)
  }
  return new ItemProblem(message, 'Run it again; if it happens again, report it.', json)
}

/** The refusal in its own words, or, where nobody answered, why. */
function describe(error: ApiError): string {
  const reason = error.code === 'connection_failed' ? readUnsentCode(error) : null
  return reason === null ? error.message : `The server cannot be reached (${reason})`
}

function toWaitProblem(error: WaitLimitError, json: IDataObject): ItemProblem {
  const option = error.limit === 'total' ? 'Total Wait Limit' : 'Silence Limit'
  const raise = `If videos usually take this long, raise the ${option} option or park the execution.`
  const { id } = json
  if (typeof id !== 'string') {
    return new ItemProblem(error.message, `The relay may still bill it. ${raise}`, {
      charge: 'possible',
      ...json,
    })
  }
  return new ItemProblem(
    `${error.message} Video ${id} is not lost.`,
    `Video ${id} goes on: get it later with the Get operation. ${raise}`,
    json,
  )
}

/** n8n's own error for anything thrown; one that is n8n's already is left as it is. */
export function toNodeError(
  context: IExecuteFunctions,
  error: unknown,
  itemIndex: number,
): NodeError {
  if (error instanceof NodeError) return error
  const problem = toItemProblem(error)
  const { message, advice, status, json } = problem
  const trace = toTrace(problem)
  const options = { message, description: `${advice} ${trace}`.trim(), itemIndex }
  const nodeError =
    status === undefined
      ? new NodeOperationError(context.getNode(), message, options)
      : new NodeApiError(context.getNode(), { message }, { ...options, httpCode: String(status) })
  // An execution that ends here keeps nothing else of the item.
  Object.assign(nodeError.context, { video: json })
  return nodeError
}

/** What finds the video again, its id or the link that is its only trace, and what it may cost. */
function toTrace({ json }: ItemProblem): string {
  const { id, task_id: taskId, url, source_url: sourceUrl, charge, failure } = json
  const names = [id ?? taskId, sourceUrl ?? (id === undefined ? url : undefined)]
  const parts = [
    ...names.filter((name) => typeof name === 'string'),
    ...(isFailure(failure) ? [`code ${failure.code}`] : []),
    ...(typeof charge === 'string' ? [`charge ${charge}`] : []),
  ]
  return parts.length === 0 ? '' : `Video: ${parts.join(', ')}.`
}

/** What the item keeps, and beside it what went wrong. */
export function toProblemJson({ message, advice, json }: ItemProblem): IDataObject {
  return { ...json, error: message, advice }
}

/**
 * The item that goes on where the node is set to continue. n8n wipes the JSON of an item with an
 * `error` beside it, and sends one to the error output only when `error` and `message` are all it has
 * (releases of late take a third field, those before let such an item pass as a result).
 */
export function toProblemItem(
  context: IExecuteFunctions,
  problem: ItemProblem,
  itemIndex: number,
): INodeExecutionData {
  const { message, advice, json } = problem
  const isForErrorOutput = context.getNode().onError === 'continueErrorOutput'
  return {
    json: isForErrorOutput
      ? { message, error: { message, advice, ...json } }
      : toProblemJson(problem),
    pairedItem: { item: itemIndex },
  }
}

/**
 * What an AI agent gets: an error would reach the model as a sentence only, and a model that does not
 * know what was charged pays again.
 */
export function toToolProblemItem(
  { message, advice, json }: ItemProblem,
  itemIndex: number,
): INodeExecutionData {
  const { id, url, charge = 'none', failure, status = 'failed' } = json
  const code = isFailure(failure) ? failure.code : undefined
  return {
    json: {
      ...(id !== undefined && { id }),
      ...(url !== undefined && { url }),
      status,
      failure: { ...(code !== undefined && { code }), message, advice },
      charge,
      may_retry: charge === 'none',
    },
    pairedItem: { item: itemIndex },
  }
}

function isFailure(value: unknown): value is { readonly code: string } {
  return typeof value === 'object' && value !== null && 'code' in value
}

const adviceByCode: Readonly<Record<string, string>> = {
  connection_failed: 'Check the base URL in the credential and whether n8n can reach it.',
  not_supported: 'Choose another operation or model; what this gateway offers does not include it.',
  not_archivable: 'Only a video whose download or storage broke off can be saved again.',
  unexpected_answer: 'Check the base URL in the credential: it must point at a Reelay gateway.',
  invalid_api_key: 'Open the credential and enter a valid API key.',
  insufficient_scope: 'Ask the owner of the gateway for a key that may do this.',
  model_not_found: 'Choose a model from the list; the server does not offer this one.',
  idempotency_mismatch:
    'The item was sent before with other content, usually because its prompt holds a time or a random value. Make such values in a node before this one.',
  insufficient_quota:
    'The budget of this key is used up. Ask the owner of the gateway to raise it.',
  link_refused:
    'The link is not followed: a server on the internet may not send n8n to machines nearby. Open it yourself if you trust it.',
  not_terminal: 'Wait until the video has ended, or cancel it first.',
  not_remixable: 'Choose a finished video that this gateway made.',
  video_expired: 'Generate it again; the gateway no longer keeps this video.',
  relay_suspended: 'Wait half a minute and run it again; the relay has just refused the gateway.',
}

function adviseOn({ status, code, retryAfterMs, requestId }: ApiError): string {
  if (code !== null && Object.hasOwn(adviceByCode, code)) return adviceByCode[code] ?? ''
  if (status === 401 || status === 403) return 'Open the credential and enter a valid API key.'
  if (status === 404) return 'Check the ID, and that it belongs to the API key in the credential.'
  if (status === 429) {
    const wait = retryAfterMs === null ? 'a moment' : `${Math.ceil(retryAfterMs / 1000)} seconds`
    return `Wait ${wait}, or lower the Items in Parallel option.`
  }
  if (status >= 400 && status < 500) return 'Change the field that the message names.'
  return requestId === null
    ? 'Run it again later.'
    : `Run it again later. The owner of the gateway can look up request ${requestId}.`
}
