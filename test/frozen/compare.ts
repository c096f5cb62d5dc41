// What is the same whoever answers and whenever: answers without the links that are signed afresh
// each time, and logs from their first event on.

import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { readWhole } from '../relay/media/mp4.ts'
import { readLog } from '../worker/readEvents.ts'
import type { FrozenVideo, Json, JsonObject } from './expected.ts'
import type { OpenedStorage } from './openStorage.ts'
import { createSmallVideo } from './outside.ts'

/** Long enough for a busy machine; nothing waits for it to pass. */
export const PATIENTLY = { timeout: 30_000, interval: 50 }

/** Pages of the list, cursor by cursor; newer videos may follow the last. */
export async function expectPages(storage: OpenedStorage): Promise<void> {
  for (const { path, ids } of storage.expected.pages) {
    const { body } = await storage.client.call(storage.key('main').key, path)
    const found = (body['data'] as JsonObject[]).map(({ id }) => id)
    expect(found.slice(0, ids.length), path).toEqual(ids)
  }
}

/** Without signed links, and without the fields in `but`, at any depth. */
export function withoutLinks(value: Json, but: readonly string[] = []): Json {
  if (Array.isArray(value)) return value.map((one: Json) => withoutLinks(one, but))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value as JsonObject).filter(([name]) => {
    const said = String((value as JsonObject)[name])
    return name !== 'events_url' && (name !== 'url' || !said.includes('/content?'))
  })
  return Object.fromEntries(
    kept
      .filter(([name]) => !but.includes(name))
      .map(([name, one]) => [name, withoutLinks(one, but)]),
  )
}

/** For `toMatchObject`: whatever of it is compared, fields that are new do not count. */
export function toObject(value: Json, but: readonly string[] = []): object {
  return withoutLinks(value, but) as object
}

export const isEnded = ({ body }: FrozenVideo): boolean =>
  body['status'] === 'completed' || body['status'] === 'failed'

export const isOpen = ({ body }: FrozenVideo): boolean =>
  body['status'] === 'queued' || body['status'] === 'in_progress'

export async function readVideo(storage: OpenedStorage, video: FrozenVideo): Promise<JsonObject> {
  return (await storage.client.call(storage.secretOf(video), `/v1/videos/${video.id}`)).body
}

/** The whole log, once it has ended. */
export async function readEnd(storage: OpenedStorage, video: FrozenVideo): Promise<JsonObject[]> {
  const path = `/v1/videos/${video.id}/events`
  const log = await readLog(await storage.client.fetch(storage.secretOf(video), path))
  return log.map((event) => withoutLinks({ ...event } as unknown as JsonObject) as JsonObject)
}

export async function expectContent(
  storage: OpenedStorage,
  video: FrozenVideo,
  sha256: string | undefined,
  query = '',
): Promise<void> {
  const path = `/v1/videos/${video.id}/content${query}`
  const response = await storage.client.fetch(storage.secretOf(video), path)
  expect(response.status, path).toBe(200)
  expect(hash(await response.arrayBuffer()), path).toBe(sha256)
}

export function hash(bytes: ArrayBuffer | Uint8Array): string {
  return createHash('sha256').update(new Uint8Array(bytes)).digest('hex')
}

/** What the relay made for that prompt, before or after the storage was opened. */
export function hashOfMade(storage: OpenedStorage, prompt: string): string {
  const { expected, outside } = storage
  const job = [...expected.jobs, ...outside.relay.billed].find((one) => one.prompt === prompt)
  if (job === undefined) throw new Error(`Nothing was made for ${prompt}.`)
  return hash(readWhole(createSmallVideo(job.videoUrl)))
}

/** What was ended when the storage was written is what it was; a later release may only say more. */
export async function expectEnded(storage: OpenedStorage, video: FrozenVideo): Promise<void> {
  expect(withoutLinks(await readVideo(storage, video))).toMatchObject(toObject(video.body))
  expect(await readEnd(storage, video)).toMatchObject(toObject(video.events))
  if (video.sha256 !== undefined) await expectContent(storage, video, video.sha256)
  if (video.thumbnailSha256 !== undefined) {
    await expectContent(storage, video, video.thumbnailSha256, '?variant=thumbnail')
  }
}

/**
 * What was open comes to one end by itself: what was told stays, and nothing follows the end.
 * @param end `completed`, or the code it fails with
 */
export async function expectEnd(
  storage: OpenedStorage,
  video: FrozenVideo,
  end: string,
): Promise<void> {
  const log = await readEnd(storage, video)
  expect(log.slice(0, video.events.length)).toEqual(withoutLinks(video.events))
  expect(log.map(({ offset }) => offset)).toEqual(log.map((_, index) => index + 1))
  const ends = log.filter(({ type }) => type === 'completed' || type === 'failed')
  expect(ends, video.prompt).toEqual([log.at(-1)])
  const { status, error } = await readVideo(storage, video)
  expect(status === 'failed' ? toCode(error) : status, video.prompt).toBe(end)
  if (end === 'completed') await expectContent(storage, video, hashOfMade(storage, video.prompt))
}

const toCode = (error: Json | undefined) => (error as JsonObject | undefined)?.['code']
