// Every recorded answer of a relay, through the Worker as deployed: the right link is stored byte
// for byte and no other is ever fetched, or the failure is told by its right name.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Charge, Outcome } from '../../shared/video/failures.ts'
import type { VideoResource } from '../../shared/video/video.ts'
import { readWhole } from '../relay/media/mp4.ts'
import { mediaFor } from '../relay/media/serve.ts'
import { readLink, toChatAnswer } from './chatAnswer.ts'
import { readEvents, readLog } from './readEvents.ts'
import type { StoredRecording } from './recordings.ts'
import { recordings } from './recordings.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({
    vars: {
      // Where recordings were made, as far as a relative link can tell.
      RELAY_BASE_URL: 'https://relay.example/v1',
      // Each answer is played once; what a second one would change is another test's subject.
      RELAY_RETRIES: '0',
      RELAY_BREAKER: 'off',
    },
  })
})
afterAll(() => site.close())
beforeEach(() => site.relay.reset())

describe.each(recordings)('$file', (recording) => {
  test('through the Videos API', async () => {
    play(recording)
    const response = await site.post(
      '/v1/videos',
      { prompt: `${recording.file} by the Videos API` },
      { headers: { prefer: 'wait=30' } },
    )
    const video = (await response.json()) as VideoResource
    const log = await readLog(await site.get(`/v1/videos/${video.id}/events`))

    expect(log.flatMap((event) => (event.type === 'progress' ? [event.progress] : []))).toEqual(
      recording.progress,
    )
    expect(site.relay.postsFor(() => true)).toBe(1)
    expect({
      status: video.status,
      code: video.error?.code ?? null,
      charge: video.charge,
      outcome: video.outcome,
    }).toEqual(expected(recording))
    if (recording.outcome === 'success') {
      const content = await site.get(`/v1/videos/${video.id}/content`)
      await expectStored(recording, content)
      expect(video.url).toMatch(/^http/)
    } else {
      expectNothingFetched()
      expect(video.source_url).toBeUndefined()
    }
  })

  test('through the chat stream', async () => {
    play(recording)
    const response = await site.post('/v1/chat/completions', {
      model: 'sora-2',
      stream: true,
      messages: [{ role: 'user', content: `${recording.file} by chat` }],
    })
    expect(response.status).toBe(200)
    const answer = toChatAnswer(await readEvents(response))

    const lines = answer.reasoning.split('\n').filter((line) => line.endsWith('%'))
    expect(lines).toEqual(recording.progress.map((progress) => `Generating… ${progress} %`))
    if (recording.outcome === 'success') {
      expect(answer).toMatchObject({ error: null, finishReasons: ['stop'], isDone: true })
      await expectStored(recording, await fetch(readLink(answer.content)))
    } else {
      expect(answer).toMatchObject({
        error: { code: recording.error_class },
        finishReasons: [],
        isDone: false,
        content: '',
      })
      expectNothingFetched()
    }
  })
})

function play(recording: StoredRecording): void {
  site.relay.replay(recording.bytes, {
    status: recording.http_status,
    headers: { 'content-type': recording.contentType },
  })
}

/** Fetched exactly once, and exactly this link: a decoy would stand in the same list. */
async function expectStored(recording: StoredRecording, content: Response): Promise<void> {
  const fetched = site.relay.downloads.map((download) => download.url)
  expect(fetched).toHaveLength(1)
  const links = recording.final_urls.map((link) => new URL(link).href)
  expect(links).toContain(fetched[0])
  expect(content.status).toBe(200)
  const stored = Buffer.from(await content.arrayBuffer())
  expect(stored.equals(readWhole(mediaFor(new URL(fetched[0] ?? ''))))).toBe(true)
}

/** A public task document may be asked, unpaid, how a doubtful answer went on; nothing else. */
function expectNothingFetched(): void {
  const fetched = site.relay.downloads.map((download) => new URL(download.url))
  expect(fetched.filter((url) => !url.pathname.startsWith('/source/'))).toEqual([])
}

/** What the contract makes of the manifest's row where the row itself does not say. */
function expected(recording: StoredRecording): {
  status: string
  code: string | null
  charge: Charge
  outcome: Outcome
} {
  const { http_status: status, error_class: code } = recording
  if (recording.outcome === 'success') {
    return { status: 'completed', code: null, charge: 'certain', outcome: 'known' }
  }
  const isDoubtful =
    code === 'gateway_timeout' ||
    code === 'truncated_stream' ||
    // A task that goes on without us, or not one byte that says anything.
    (code === 'empty_result' && (recording.task_ids.length > 0 || recording.bytes.length === 0))
  // A server that failed at the work has begun it; one that refused it has not.
  // That it refused must stand in a status or a code: on a 500, words alone make nothing free.
  const hasBegun =
    status < 400 || (status >= 500 && (code === 'upstream_error' || code === 'invalid_request'))
  return {
    status: 'failed',
    code,
    charge: recording.charge ?? (hasBegun || isDoubtful ? 'possible' : 'none'),
    outcome: recording.relay_outcome ?? (isDoubtful ? 'unknown' : 'known'),
  }
}
