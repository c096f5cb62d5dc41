// Secrets with a face: after a run through the whole API, everything that was said, logged or stored
// is searched for what must not be there.

import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGateway } from '../gateway/startGateway.ts'
import type { CanaryRun } from './canaryRun.ts'
import { canary, runWithCanaries } from './canaryRun.ts'
import { findPlaces, readStoredValues, type StoredValue } from './storedValues.ts'

let run: CanaryRun
let stored: StoredValue[]
beforeAll(async () => {
  run = await runWithCanaries()
  stored = readStoredValues(run.folder)
  // About ten seconds of waiting for time limits, and a machine that may be busy.
}, 120_000)
afterAll(() => rmSync(run.folder, { recursive: true }))

/** The secret part of the caller's key, without the account that everybody may see. */
const callerKey = () => run.key.slice(-38, -6)

test('the run was what it should be: successes, refusals and failures', () => {
  const statuses = new Set(run.said.map(({ status }) => status))
  for (const status of [200, 201, 206, 400, 401, 403, 404, 409, 422]) {
    expect([...statuses]).toContain(status)
  }
  expect([...statuses].filter((status) => status >= 500 && status !== 503)).toEqual([])
  expect(run.said.filter(({ text }) => text.includes('"status":"failed"')).length).toBeGreaterThan(
    50,
  )
  for (const one of [run.endpointSecret, run.signature, run.relayLink]) expect(one).toMatch(/.{20}/)
})

describe('no answer shows', () => {
  test.each([
    ['the relay’s key', () => canary.relayKey],
    ['the admin token', () => canary.adminToken],
    ['the caller’s own key', callerKey],
    ['an Idempotency-Key', () => canary.idempotencyKey],
    ['the secret of a request’s webhook', () => canary.requestSecret],
    ['the secret of a callback', () => canary.callbackSecret],
    ['an image', () => canary.image],
  ])('%s', (_name, secret) => {
    const shown = run.said.filter(({ text, headers }) => `${text}${headers}`.includes(secret()))
    expect(shown.map(({ what }) => what)).toEqual([])
  })

  test('the secret of an endpoint, but for the one that made it', () => {
    const shown = run.said.filter(({ text }) => text.includes(run.endpointSecret))
    expect(shown.map(({ what }) => what)).toEqual(['POST /v1/webhook_endpoints'])
  })

  test('a prompt or a link when it refuses, or when it says what failed', () => {
    let errors = 0
    for (const { what, status, text } of run.said) {
      // Somebody who asks for a model by a name is told that there is none, without the name.
      if (status >= 400) {
        expect([what, text]).toEqual([what, expect.not.stringContaining(canary.prompt)])
        if (!text.includes('"video":')) {
          expect([what, text]).toEqual([what, expect.not.stringContaining('signature=')])
        }
      }
      for (const [error] of text.matchAll(/"error":\{[^{}]*\}/g)) {
        errors += 1
        expect([what, error]).toEqual([what, expect.not.stringContaining(canary.prompt)])
        expect([what, error]).toEqual([what, expect.not.stringMatching(/https?:\/\//)])
      }
    }
    expect(errors).toBeGreaterThan(100)
  })

  test('a prompt or a link in a header', () => {
    for (const { headers } of run.said) {
      for (const one of [canary.prompt, run.signature, run.relayLink])
        expect(headers).not.toContain(one)
    }
  })

  test('a prompt to an operator', () => {
    const operators = run.said.filter(({ what }) => what.includes('/admin/'))
    expect(operators.length).toBeGreaterThan(3)
    for (const { text } of operators) expect(text).not.toContain(canary.prompt)
  })
})

describe('nothing that is kept holds', () => {
  test.each([
    ['the relay’s key', () => canary.relayKey],
    ['the admin token', () => canary.adminToken],
    ['the caller’s own key', callerKey],
    ['an Idempotency-Key', () => canary.idempotencyKey],
    ['the signature of a link', () => run.signature],
    ['what was deleted', () => canary.deletedPrompt],
    ['an image whose generation has ended', () => 'canary-image-bytes'],
  ])('%s', (_name, secret) => {
    expect(findPlaces(stored, secret())).toEqual([])
  })
})

describe('what must be kept is kept in its own place alone', () => {
  test('a prompt', () => {
    expect(findPlaces(stored, canary.prompt)).toEqual([
      'AccountObject/generation.video',
      'GenerationObject/generation.identity',
      'GenerationObject/generation.request',
      'SchedulerObject/schedule.request',
    ])
  })

  test('the secret of an endpoint', () => {
    expect(findPlaces(stored, run.endpointSecret)).toEqual([
      'AccountObject/webhook_endpoint.secret',
    ])
  })

  test('the secrets of requests and callbacks', () => {
    const known = [
      'AccountObject/callback.secret',
      'AccountObject/delivery.secret',
      'AccountObject/request_webhook.secret',
      'SchedulerObject/schedule.request',
    ]
    for (const secret of [canary.requestSecret, canary.callbackSecret]) {
      const places = findPlaces(stored, secret)
      expect(places).not.toEqual([])
      for (const place of places) expect(known).toContain(place)
    }
  })

  test('a link of the relay', () => {
    expect(findPlaces(stored, run.relayLink)).toEqual([
      // Of a video that could not be stored, for the next try.
      'GenerationObject/generation.archive',
      'GenerationObject/generation.link',
      'GenerationObject/generation.tail',
      'GenerationObject/generation.text',
    ])
  })
})

const canaries = () => [
  canary.relayKey,
  canary.adminToken,
  callerKey(),
  canary.prompt,
  canary.deletedPrompt,
  canary.idempotencyKey,
  canary.requestSecret,
  canary.callbackSecret,
  run.endpointSecret,
  run.signature,
  canary.image,
  run.relayLink,
]

test('no log line holds any of it, nor any address', () => {
  const told = new Set(run.logged.map((line) => /^\{"what":"([^"]+)"/.exec(line)?.[1]))
  for (const what of ['attempt ended', 'archive failed', 'generation ended']) {
    expect([...told]).toContain(what)
  }
  for (const one of canaries()) expect(run.logged.join('\n')).not.toContain(one)
  expect(run.logged.join('\n')).not.toMatch(/https?:\/\//)
})

test('an accident inside is told to the operator alone', async () => {
  const objects = join(run.folder, 'do/reelay-AccountObject')
  for (const file of readdirSync(objects).filter((name) => /^[0-9a-f]+\.sqlite$/.test(name))) {
    const database = new DatabaseSync(join(objects, file))
    database.exec('DROP TABLE IF EXISTS webhook_endpoint')
    database.close()
  }
  const lines: string[] = []
  const vars = {
    ADMIN_TOKEN: canary.adminToken,
    RELAY_BASE_URL: 'http://127.0.0.1:9/v1',
    RELAY_API_KEY: canary.relayKey,
    ALLOW_PRIVATE_NETWORK: 'true',
  }
  const broken = await startGateway({
    vars,
    persistTo: run.folder,
    onLog: (line) => lines.push(line),
  })
  try {
    const response = await broken.fetch(`/v1/webhook_endpoints?after=${canary.prompt}`, run.key)
    const text = await response.text()
    const id = response.headers.get('x-request-id') ?? '?'
    expect([response.status, response.headers.get('x-should-retry')]).toEqual([500, 'false'])
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'internal_error', param: null } })
    expect(text).toContain(id)
    expect(text).not.toMatch(/sql|table|\.ts|\.js|at /i)
    await expect.poll(() => lines.join('')).toContain(id)
    const line = lines.find((one) => one.includes(id)) ?? ''
    expect(JSON.parse(line)).toEqual({
      what: 'request failed',
      id,
      error: 'Error',
      message: expect.stringMatching(/^no such table: webhook_endpoint.*SQLITE_ERROR/),
      stack: expect.any(Array),
    })
    for (const one of canaries()) expect(text + lines.join('')).not.toContain(one)
  } finally {
    await broken.close()
  }
})
