// What the panel's lists show: models with price and lengths, what the chosen one offers in words, and
// the latest videos.

import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow'

import { imageUses, ownChoice } from './choiceFields.ts'
import { openGateway } from './connection.ts'
import { describeLength, describeModel, describeShape } from './panelWords.ts'
import { findChosenModel, listModels, type ServerModel } from './serverModels.ts'

type Search = (this: ILoadOptionsFunctions, filter?: string) => Promise<INodeListSearchResult>

const searchModels: Search = async function (filter) {
  const models = (await listModels(this)).filter(({ id }) => matches(filter, id))
  return { results: models.map((model) => ({ name: describeModel(model), value: model.id })) }
}

async function searchVideos(
  this: ILoadOptionsFunctions,
  filter?: string,
  after?: string,
): Promise<INodeListSearchResult> {
  const { client } = await openGateway(this)
  const page = await client.list({ limit: 50, after, q: filter === '' ? undefined : filter })
  const results = page.videos
    // A gateway of an earlier release does not search.
    .filter(({ id, prompt, status }) => matches(filter, `${id} ${prompt ?? ''} ${status}`))
    .map(({ id, prompt, status }) => ({ name: `${shorten(prompt ?? id)} (${status})`, value: id }))
  return page.hasMore && page.lastId !== null
    ? { results, paginationToken: page.lastId }
    : { results }
}

// Where nobody has said what a model takes: what most of them do.
const usualSeconds = ['4', '5', '6', '8', '10', '12', '15']
const usualSizes = ['1280x720', '720x1280', '1792x1024', '1024x1792']

const searchLengths: Search = async function () {
  const model = await findChosenModel(this)
  const offered = model?.seconds ?? []
  const seconds = offered.length === 0 ? usualSeconds : offered
  const sorted = seconds.toSorted((one, other) => Number(one) - Number(other))
  return toResults(
    offered[0] === undefined ? null : describeLength(model, offered[0]),
    sorted.map((one) => ({ name: describeLength(model, one), value: one })),
  )
}

const searchShapes: Search = async function () {
  const model = await findChosenModel(this)
  const sizes = model?.sizes ?? []
  const offered = sizes.length > 0 ? sizes : (model?.aspect_ratios ?? [])
  return toResults(
    sizes[0] === undefined ? null : describeShape(sizes[0]),
    (offered.length === 0 ? usualSizes : offered).map((one) => ({
      name: describeShape(one),
      value: one,
    })),
  )
}

const searchResolutions: Search = async function () {
  const model = await findChosenModel(this)
  return toResults(
    null,
    (model?.resolutions ?? []).map((one) => ({ name: one, value: one })),
  )
}

const searchSounds: Search = async function () {
  const sounds = [
    { name: 'With Sound', value: 'on' },
    { name: 'Without Sound', value: 'off' },
  ]
  return toResults(null, takes(await findChosenModel(this), 'audio') ? sounds : [])
}

const searchImageUses: Search = async function () {
  const model = await findChosenModel(this)
  return { results: imageUses.filter(({ value }) => takes(model, value)) }
}

/** The list of one wish. `own`: what the model does when nothing is wished, where that is known. */
function toResults(
  own: string | null,
  choices: INodeListSearchResult['results'],
): INodeListSearchResult {
  const name = own === null ? ownChoice.name : `${ownChoice.name}: ${own}`
  return { results: [{ ...ownChoice, name }, ...choices] }
}

function takes(model: ServerModel | null, input: string): boolean {
  return model === null || model.inputs === null || model.inputs.includes(input)
}

function matches(filter: string | undefined, text: string): boolean {
  return filter === undefined || text.toLowerCase().includes(filter.toLowerCase())
}

// What fits into the panel's list on one line.
function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`
}

/** Under the names that the panel's fields have for them. */
export const panelLists = {
  searchModels,
  searchVideos,
  searchLengths,
  searchShapes,
  searchResolutions,
  searchSounds,
  searchImageUses,
}
