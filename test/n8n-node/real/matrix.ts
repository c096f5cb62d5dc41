// Every way to wait × every error mode × every outcome, in a real n8n: what the items say, on which
// output, how the execution ends, and that each video was ordered once.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { serveMedia } from '../../relay/media/serve.ts'
import { answer } from '../../relay/script.ts'
import { n8nVersions } from './installN8n.ts'
import { findN8n, manual, openSite, reelay, storeCredential, type Site } from './site.ts'
import {
  lineUp,
  readExecution,
  runManually,
  until,
  untilEnded,
  type StoredExecution,
} from './workflows.ts'

const waits = ['streaming', 'parking', 'none'] as const
const errorModes = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const
const outcomes = {
  good: { prompt: 'a dog', code: null, charge: 'certain' },
  refused: { prompt: '[fail:guardrail]', code: 'content_policy', charge: 'none|possible|certain' },
  'in doubt': { prompt: 'a dog [cut:40]', code: 'truncated_stream', charge: 'possible' },
  'not downloaded': { prompt: 'a lost dog', code: 'download_failed', charge: 'certain' },
} as const

type Wait = (typeof waits)[number]
type ErrorMode = (typeof errorModes)[number]
type Outcome = (typeof outcomes)[keyof typeof outcomes]

const isId = /^video_\w+$/

function check(wait: Wait, onError: ErrorMode, outcome: Outcome, run: StoredExecution): void {
  const { code, charge } = outcome
  const [item, ...others] = run.items('Reelay')
  const [failed] = run.items('Reelay', 1)
  assert.equal(others.length, 0)
  if (wait === 'none') {
    assert.deepEqual([run.status, failed], ['success', undefined])
    assert.match(String(item?.json['id']), isId)
    return
  }
  if (code === null) {
    assert.deepEqual(
      [run.status, item?.json['status'], failed],
      ['success', 'completed', undefined],
    )
    assert.equal(item?.binary?.['data']?.mimeType, 'video/mp4')
    return
  }
  // n8n has no error output for what wakes up, and ends no execution for it.
  const mode = wait === 'parking' ? 'continueRegularOutput' : onError
  if (mode === 'stopWorkflow') {
    assert.equal(run.status, 'error')
    assert.match(run.error?.message ?? '', /^No video was made/)
    const trace = new RegExp(`Video: video_\\w+,.* code ${code}, charge (${charge})`)
    assert.match(run.error?.description ?? '', trace)
    return
  }
  assert.equal(run.status, 'success')
  const isApart = mode === 'continueErrorOutput'
  assert.equal(isApart ? item : failed, undefined)
  const json = isApart ? failed?.json['error'] : item?.json
  assert.ok(typeof json === 'object' && json !== null)
  const { id, failure, charge: charged } = json as Record<string, unknown>
  assert.match(String(id), isId)
  assert.equal((failure as { code?: string } | undefined)?.code, code)
  assert.match(String(charged), new RegExp(`^(${charge})$`))
}

for (const version of n8nVersions) {
  const found = await findN8n(version)
  const skip = found instanceof Error ? found.message : false
  let site: Site

  describe(`n8n ${version}: how a video is waited for, and what became of it`, { skip }, () => {
    before(async () => {
      site = await openSite(found)
      await site.start()
      const data = { baseUrl: site.gateway.url, apiKey: site.apiKey }
      site.credentials = {
        reelay: await storeCredential(site, 'Reelay', 'reelayApi', data),
        openAi: '',
      }
    })
    after(async () => await site?.close())

    for (const [name, outcome] of Object.entries(outcomes)) {
      for (const wait of waits) {
        for (const onError of errorModes) {
          test(`${name}, ${wait}, ${onError}`, async () => {
            const isLost = outcome.code === 'download_failed'
            site.relay.setDownload(isLost ? () => answer(403, 'text/plain', 'no') : serveMedia)
            // A prompt of its own, so that no video is found that another one made.
            const prompt = `${outcome.prompt} ${wait} ${onError}`
            const node = reelay({ prompt, waitBy: wait }, { onError })
            const workflow = lineUp(prompt, [manual, node], site.credentials)
            const { id } = await untilEnded(site.n8n, await runManually(site.n8n, workflow))
            const run = await until(async () => {
              const read = await readExecution(site.n8n, id)
              const items = [...read.items('Reelay'), ...read.items('Reelay', 1)]
              return items.length > 0 || read.error !== null ? read : null
            }, 'what came of it')
            check(wait, onError, outcome, run)
            assert.equal(site.relay.postsOf(prompt), 1)
          })
        }
      }
    }
  })
}
