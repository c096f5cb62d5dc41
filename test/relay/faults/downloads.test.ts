import { afterEach, beforeEach, expect, test } from 'vitest'
import { startRelaySimulator, type RelaySimulator } from '../relaySimulator.ts'
import { applyFault, type FaultId } from './faults.ts'
import type { FaultKnobs } from './knobs.ts'
import { requestRaw } from './rawClient.ts'

let simulator: RelaySimulator
beforeEach(async () => {
  simulator = await startRelaySimulator()
})
afterEach(() => simulator.close())

async function download(id: FaultId, knobs?: FaultKnobs, headers: Record<string, string> = {}) {
  await applyFault(simulator, id, knobs)
  return requestRaw(`${simulator.origin}/files/x.mp4?bytes=200000`, { headers })
}

test('dl-404-then-200 serves the file at the third request', async () => {
  const statuses = []
  for (const _ of [1, 2, 3]) statuses.push((await download('dl-404-then-200')).status)
  expect(statuses).toEqual([404, 404, 200])
})

test.each([
  ['dl-403-expired', 403, 'AuthenticationFailed'],
  ['dl-html', 200, '<!doctype html>'],
] as const)('%s answers %i with %s', async (id, status, words) => {
  const answer = await download(id)
  expect(answer.status).toBe(status)
  expect(answer.body).toContain(words)
})

test.each([
  ['dl-short', '200000'],
  ['dl-short-no-length', undefined],
] as const)('%s stops after six tenths with content-length %s', async (id, length) => {
  const answer = await download(id, { times: 1 })
  expect([answer.header('content-length'), answer.ending]).toEqual([length, 'fin'])
  expect(answer.body).toHaveLength(120_000)
  expect((await download(id, { times: 1 })).body).toHaveLength(200_000)
})

test('dl-too-big announces no length and sends as much as asked for', async () => {
  const { body, header } = await download('dl-too-big', { bytes: 3_000_000 })
  expect(header('content-length')).toBeUndefined()
  expect(body).toHaveLength(3_000_000)
})

test('dl-slow sends a kibibyte per step, and goes on where a range begins', async () => {
  const { body, header } = await download('dl-slow', { everyMs: 1 }, { range: 'bytes=190000-' })
  expect(header('content-range')).toBe('bytes 190000-199999/200000')
  expect(body).toHaveLength(10_000)
})

test('dl-redirect-private points into a private network', async () => {
  const { header } = await download('dl-redirect-private')
  expect(header('location')).toBe('http://10.0.0.1/video.mp4')
})

test('dl-redirect-cdn leads to the file on another host', async () => {
  const { header, status } = await download('dl-redirect-cdn')
  const file = await requestRaw(header('location') ?? '')
  expect([status, file.status]).toEqual([302, 200])
  expect(file.body.slice(4, 8)).toBe('ftyp')
})

test('dl-etag-change answers a range of the old version with the whole new one', async () => {
  const first = await download('dl-etag-change')
  const headers = { range: 'bytes=100-', 'if-range': first.header('etag') ?? '' }
  const second = await download('dl-etag-change', {}, headers)
  expect(first.ending).toBe('fin')
  expect(second.status).toBe(200)
  expect(second.header('etag')).not.toBe(first.header('etag'))
})
