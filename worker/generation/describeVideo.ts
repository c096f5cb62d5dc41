// A video as its owner may see it, with the relay's own links: of what we could not store, where the link
// opens without a key of ours, and of further videos that were paid.

import { isUnstored } from '../../shared/video/failures.ts'
import {
  toVideoResource,
  type VideoIdentity,
  type VideoResource,
} from '../../shared/video/video.ts'
import { findKeyRelay } from './keyRelay.ts'
import type { GenerationPorts } from './ports.ts'
import type { State } from './state.ts'

export function describeVideo(
  { row, video: state }: State,
  identity: VideoIdentity,
  { limits, relays }: GenerationPorts,
): VideoResource {
  const { link } = row.evidence
  const resource = toVideoResource(identity, state, limits.retentionMs, row.cost)
  const hasSourceUrl =
    link !== null &&
    !link.startsWith('data:') &&
    isUnstored(state.error?.code) &&
    findKeyRelay(link, row, relays) === null
  const { others } = row
  return {
    ...resource,
    ...(hasSourceUrl && { source_url: link }),
    ...(others.length > 0 && state.charge === 'certain' && { other_urls: [...others] }),
  }
}
