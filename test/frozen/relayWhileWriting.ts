// What the relay and its file host do while a storage is written, by the prompt: whatever leaves a
// generation open, and fails or hangs in the state that is wanted. Any other prompt succeeds, or does
// what its directives say.

import { followDirectives } from '../relay/directives.ts'
import { createMp4 } from '../relay/media/mp4.ts'
import type { Download } from '../relay/media/serve.ts'
import { serveMedia } from '../relay/media/serve.ts'
import type { RelaySimulator } from '../relay/relaySimulator.ts'
import type { Scenario } from '../relay/scenario.ts'
import { speakDialect } from '../relay/scenario.ts'
import { answer, bytes, cutAtByte, cutAtProgress, end, head, silence } from '../relay/script.ts'

/** Not before the gateway is killed, and not after a storage is opened ten minutes later. */
const RETRY_AFTER_SECONDS = '500'

const refuseForNow: Scenario = function* () {
  yield head(429, { 'content-type': 'application/json', 'retry-after': RETRY_AFTER_SECONDS })
  yield bytes('{"error":{"message":"Too many requests, please wait","type":"new_api_error"}}')
  yield end
}
const stopAt36 = (dialect: 'D1' | 'D3'): Scenario => {
  return (visit) => cutAtProgress(speakDialect(dialect)(visit), 36, [silence])
}
const stopAfterLink: Scenario = function* (visit) {
  for (const step of speakDialect('D1')(visit)) {
    yield step
    const isLink = step.type === 'bytes' && Buffer.from(step.bytes).includes(visit.job.previewUrl)
    if (isLink) yield silence
  }
}

const scenarios: Readonly<Record<string, Scenario>> = {
  'running with a task page': stopAt36('D1'),
  'running without a trace': stopAt36('D3'),
  'running with an image': stopAt36('D3'),
  'cancelled while running': stopAt36('D3'),
  'link seen, stream open': stopAfterLink,
  'looked up': speakDialect('D1-task'),
  'queued until later': refuseForNow,
  'queued with an image': refuseForNow,
  'cancelled in the queue': refuseForNow,
}

/** More than one part of an upload has arrived, and then nothing more comes. */
const LARGE_BYTES = 6_000_000

const downloads: Readonly<Record<string, Download>> = {
  'download refused': () => answer(403, 'text/plain', 'expired'),
  'download put off': () => answer(404, 'text/plain', 'not yet'),
  'download hangs': () => [silence],
  'large download hangs': (visit) => {
    const media = createMp4({ seed: visit.url.href, seconds: 0.1, bytes: LARGE_BYTES })
    return cutAtByte(serveMedia({ ...visit, media }), LARGE_BYTES - 500_000, [silence])
  },
}

export function arrangeRelay(relay: RelaySimulator, serveSmall: Download): void {
  relay.setTaskProgress(() => 'running')
  relay.setScenario((visit) => {
    const scenario = scenarios[visit.request.prompt] ?? followDirectives
    return scenario(visit)
  })
  relay.setDownload((visit) => {
    const job = relay.billed.find(({ videoUrl }) => videoUrl === visit.url.href)
    const serve = downloads[job?.prompt ?? ''] ?? serveSmall
    return serve(visit)
  })
}
