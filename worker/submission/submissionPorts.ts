// The real objects, keys and ids behind `submit`.

import { toKey } from '../../shared/request/key.ts'
import type { Env } from '../env.ts'
import type { Gateway } from '../gateway.ts'
import { getAccount, getGeneration } from '../objects.ts'
import { random } from '../platform/platform.ts'
import { createVideoId } from '../proofs/videoId.ts'
import { report } from '../report.ts'
import type { SubmissionPorts } from './submit.ts'

export function toSubmissionPorts(env: Env, gateway: Gateway): SubmissionPorts {
  return {
    models: gateway.config.models,
    toKey,
    createId: (account) => createVideoId(gateway.signer, random, account),
    admit: (account, credential, request) =>
      'digest' in credential
        ? getAccount(env, account).admit(credential.digest, request)
        : getAccount(env, account).admitFor(credential.keyId, request),
    generation: (id) => getGeneration(env, id),
    onUnreached: (error) => report({ what: 'object not reached', id: '', error }),
  }
}
