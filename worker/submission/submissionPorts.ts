// The real objects, keys and ids behind `submit`.

import { toKey } from '../../shared/request/key.ts'
import type { Admission } from '../account/admit.ts'
import { refuse } from '../account/admit.ts'
import type { Access } from '../account/keys.ts'
import { explainAccess } from '../account/keys.ts'
import type { Env } from '../env.ts'
import type { Gateway } from '../gateway.ts'
import { getAccount, getGeneration } from '../objects.ts'
import { random } from '../platform/platform.ts'
import { createVideoId } from '../proofs/videoId.ts'
import { report } from '../report/report.ts'
import type { SubmissionPorts } from './submit.ts'

export function toSubmissionPorts(env: Env, gateway: Gateway): SubmissionPorts {
  return {
    relays: gateway.config.relays,
    models: gateway.config.models,
    toKey,
    createId: (account) => createVideoId(gateway.signer, random, account),
    admit: async (account, credential, request) =>
      toAdmission(
        'digest' in credential
          ? await getAccount(env, account).admit(credential.digest, request)
          : await getAccount(env, account).admitFor(credential.keyId, request),
      ),
    generation: (id) => getGeneration(env, id),
    onUnreached: (error, requestId) => report({ what: 'object not reached', id: requestId, error }),
  }
}

/** An account that still runs 0.1 says of a key that may not generate only why. */
function toAdmission(answer: Admission | Extract<Access, { ok: false }>): Admission {
  return 'ok' in answer ? refuse(answer.code, explainAccess(answer.code, 'generate')) : answer
}
