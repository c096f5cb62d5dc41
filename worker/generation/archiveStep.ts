// One try to archive: waits for room in the isolate, then for the download and the store, and plans
// the next try. The time an archive has begins when it has room: a crowd must not lose a paid video.

import { runWithin } from '../../shared/limits.ts'
import type { Failure } from '../../shared/video/failures.ts'
import { archiveAsset, dropUpload, toMostBytes } from './archiving.ts'
import { toBackoffMs } from './backoff.ts'
import { openDataLink } from './dataLink.ts'
import type { GenerationPorts } from './ports.ts'
import type { Reports } from './reports.ts'
import type { ArchiveRow } from './intentions.ts'
import type { State } from './state.ts'
import { findKeyRelay } from './keyRelay.ts'

/** Tries to find in the store what was sent to it whole, where the link is dead: two minutes of them. */
const MOST_LOOKS = 7

/** What the generation fails with; null when it is complete, or tries again. */
export async function archiveOnce(
  ports: GenerationPorts,
  state: State,
  archive: ArchiveRow,
  key: string,
  reports: Reports,
): Promise<Failure | null> {
  const { now, limits, bucket, partBytes, createDigest, budget } = ports
  const askedAt = now()
  const share = await budget.take(toMostBytes(partBytes), ports)
  const since = archive.tries === 0 ? now() : archive.since + now() - askedAt
  let current: ArchiveRow = { ...archive, since, tries: archive.tries + 1, retryAt: null }
  const update = (change: Partial<ArchiveRow>) => {
    current = { ...current, ...change }
    state.row.setArchive(current)
  }
  try {
    update({})
    const result = await runWithin(ports, since + limits.archiveMs - now(), (signal) =>
      archiveAsset({
        bucket,
        outbound: openDataLink(state.row, archive.url) ?? ports.outbound,
        createDigest,
        key,
        url: archive.url,
        headers: findKeyRelay(archive.url, state.row, ports.relays)?.headers,
        maxBytes: limits.assetBytes,
        partBytes,
        share,
        signal,
        before: archive,
        onUpload: (uploadId) => update({ uploadId }),
        onComplete: ({ bytes, sha256, etag, type }) =>
          update({ bytes, sha256, etag, ...(type !== undefined && { type }) }),
      }),
    )
    if (result.ok) {
      await state.commit(() => state.complete(result.asset))
      return null
    }
    const { code, message, final: isLinkDead } = result
    const retryAt = now() + toBackoffMs(current.tries, ports.random)
    // What was sent whole may stand in the store although it has not said so yet.
    const isLost = isLinkDead && (current.sha256 === null || current.tries >= MOST_LOOKS)
    const isAgain = !isLost && retryAt - since < limits.archiveMs
    reports.archive(code, current.tries, isAgain ? retryAt - now() : null)
    if (isAgain) {
      update({ retryAt })
      return null
    }
    await dropUpload(bucket, key, current.uploadId)
    return { code, message, charge: 'certain', outcome: 'known', isLinkDead }
  } finally {
    share.end()
  }
}
