// The AI SDK as a client, unmodified: progress arrives as reasoning, the link as text.

import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { streamText } from 'ai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { disappointments } from '../relay/disappointments.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

const stream = (prompt: string) => {
  const provider = createOpenAICompatible({
    name: 'reelay',
    baseURL: `${site.url}/v1`,
    apiKey: site.key,
  })
  return streamText({ model: provider('sora-2'), prompt, onError: () => undefined, maxRetries: 0 })
}

test('progress is reasoning and the link is text', async () => {
  const result = stream('an AI SDK cat')
  expect(await result.reasoningText).toMatch(/Generating… \d+ %/)
  const link = /\((http[^)]+)\)/.exec(await result.text)?.[1] ?? ''
  const video = await fetch(link)
  expect(video.headers.get('content-type')).toBe('video/mp4')
  expect(await result.finishReason).toBe('stop')
})

test('a failure rejects instead of ending cleanly', async () => {
  site.relay.queueScenarios(({ job }) => disappointments.guardrail(job))
  const parts: string[] = []
  for await (const part of stream('an AI SDK failure').fullStream) parts.push(part.type)
  expect(parts).toContain('error')
  expect(parts).not.toContain('text-delta')
})
