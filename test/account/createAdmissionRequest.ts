// What a Worker asks an account about one submission, for tests that stand in for the Worker. Shares
// nothing, costs nothing, waits for nobody, unless the test says so.

import type { AdmissionRequest } from '../../worker/account/admit.ts'
import { withoutDirectives } from '../../worker/account/admit.ts'

/** `id`: the generation's, when one is admitted; `createdAt` is decided by the account. */
export function createAdmissionRequest(
  id: string,
  more: Partial<AdmissionRequest> = {},
): AdmissionRequest {
  return {
    key: id,
    identity: {
      id,
      model: 'sora-2',
      size: '720x1280',
      seconds: '4',
      remixedFrom: null,
      metadata: {},
    },
    cost: 0,
    idempotencyHash: null,
    directives: withoutDirectives,
    isRetry: false,
    acceptPossibleCharge: false,
    webhook: null,
    submission: id,
    not: null,
    ...more,
  }
}
