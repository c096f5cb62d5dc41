// Faults of the file host, after a generation that was paid for. A fault lasts for `times` requests
// of one URL; then the file is served as it should be.

import { createMp4, type Media } from '../media/mp4.ts'
import { serveMedia, toEtag, type Download, type DownloadVisit } from '../media/serve.ts'
import { answer, cutAtByte, end, fin, head, type Script } from '../script.ts'
import { otherOrigin, type FaultKnobs } from './knobs.ts'
import { dribble } from './volumes.ts'

export type DownloadFault = (knobs: FaultKnobs) => Download

/** One more byte than a gateway with the usual limit of 1 GiB takes. */
const TOO_BIG = 1024 ** 3 + 1
const EXPIRED =
  '<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code></Error>'
const breakOff: Script = [fin]

export const downloadFaults = {
  'dl-404-then-200': failing(() => answer(404, 'text/plain', 'Not found'), 2),
  'dl-403-expired': failing(() => answer(403, 'application/xml', EXPIRED)),
  'dl-short': failing((visit) => cutAtByte(serveMedia(visit), share(visit.media), breakOff)),
  'dl-short-no-length': failing((visit) =>
    cutAtByte(withoutLength(serveMedia(visit)), share(visit.media), breakOff),
  ),
  'dl-html': failing(() => answer(200, 'text/html', '<!doctype html><title>Sign in</title>')),
  'dl-too-big':
    ({ bytes = TOO_BIG }) =>
    (visit) => {
      const media = createMp4({ seed: visit.url.href, seconds: 1, bytes })
      return withoutLength(serveMedia({ ...visit, media, headers: {} }))
    },
  'dl-slow':
    ({ everyMs = 1000 }) =>
    (visit) =>
      dribble(serveMedia(visit), 1024, everyMs),
  'dl-redirect-private': failing(() => redirect('http://10.0.0.1/video.mp4')),
  'dl-redirect-cdn':
    ({ location }) =>
    (visit) => {
      const arrived = visit.url.href === location || visit.url.searchParams.has('moved')
      const target = location ?? `${otherOrigin(visit.url)}${visit.url.pathname}?moved`
      return arrived ? serveMedia(visit) : redirect(target)
    },
  'dl-etag-change':
    ({ times = 1 }) =>
    (visit) =>
      changeVersion(visit, times),
} as const satisfies Record<string, DownloadFault>

function failing(fail: Download, defaultTimes = Infinity): DownloadFault {
  return ({ times = defaultTimes }) =>
    (visit) =>
      visit.attempt <= times ? fail(visit) : serveMedia(visit)
}

/** Six tenths: enough for the beginning of an MP4, not for all of it. */
const share = (media: Media) => Math.floor(media.size * 0.6)

function* withoutLength(script: Script): Script {
  for (const step of script) {
    if (step.type !== 'head') {
      yield step
      continue
    }
    const { 'content-length': _, ...headers } = step.headers
    yield head(step.status, { ...headers, connection: 'close' })
  }
}

function* redirect(location: string): Script {
  yield head(302, { location })
  yield end
}

/** The first `times` requests get part of one version, later ones another version. */
function changeVersion(visit: DownloadVisit, times: number): Script {
  const old = visit.attempt <= times
  const version = `${visit.url.href}#${old ? 'old' : 'new'}`
  const media = createMp4({ seed: version, seconds: 1 })
  const script = serveMedia({ ...visit, media, etag: toEtag(version) })
  return old ? cutAtByte(script, share(media), breakOff) : script
}
