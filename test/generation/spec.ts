// A generation as its account admits it, for tests that need no more of it.

import type { GenerationSpec } from '../../worker/generation/row.ts'

export const spec: GenerationSpec = {
  account: 'acct',
  identity: {
    id: 'video_1',
    model: 'sora-2',
    prompt: 'A kite',
    size: '1280x720',
    seconds: '10',
    remixedFrom: null,
    metadata: {},
    createdAt: 1,
  },
  request: { body: {} } as GenerationSpec['request'],
}
