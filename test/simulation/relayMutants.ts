// Bugs around jobs at relays, several relays, and what comes after the end.

import { one, type Mutant } from './mutant.ts'

const dispatch = 'worker/generation/dispatch.ts'
const lookAtJob = 'worker/generation/lookAtJob.ts'
const lateTruth = 'worker/generation/lateTruth.ts'
const pickRelay = 'shared/relay/pickRelay.ts'
const createAnswer = 'shared/relay/tasks/createAnswer.ts'
const steps = 'worker/generation/steps.ts'

const planted: readonly Mutant[] = [
  one(
    "looked at with another relay's key",
    lookAtJob,
    'const request = toPost(state.row, relay, call, ports.random)',
    'const request = toPost(state.row, { ...relay, headers: ports.relays[0].headers }, call, ports.random)',
  ),
  one(
    'a job is looked for at another relay',
    lookAtJob,
    'relays.find(({ id, kind }) => id === job.relay && kind === job.kind) ?? null',
    "relays.find(({ kind }) => kind !== 'chat') ?? null",
  ),
  one(
    'passed on after a possible charge',
    pickRelay,
    "if (isTaken || failure.charge !== 'none' || !passable.has(failure.code)) return { do: 'give up' }",
    "if (isTaken || failure.charge === 'certain') return { do: 'give up' }",
  ),
  one(
    'passed on after any refusal',
    pickRelay,
    "if (isTaken || failure.charge !== 'none' || !passable.has(failure.code)) return { do: 'give up' }",
    "if (isTaken || failure.charge !== 'none') return { do: 'give up' }",
  ),
  one(
    'passed on after a 2xx',
    pickRelay,
    "if (isTaken || failure.charge !== 'none' || !passable.has(failure.code)) return { do: 'give up' }",
    "if (failure.charge !== 'none' || !passable.has(failure.code)) return { do: 'give up' }",
  ),
  one(
    'passed on after a stored job',
    lookAtJob,
    "if (look.is === 'failed') return state.fail(look.failure)",
    "if (look.is === 'failed') { state.row.setJob(null); return state.row.endAttempt(now(), 'rate_limited', { retryAt: now() }) }",
  ),
  {
    name: 'a job is stored after the first look',
    changes: [
      {
        file: dispatch,
        from: '      this.#keepJob(verdict, relay)\n      if (data',
        to: '      if (data',
      },
      {
        file: dispatch,
        from: "else if (verdict.is === 'failure') this.#afterFailure(n, verdict.failure, status)\n    }\n    await this.#keep({ write, at: now() })\n",
        to: "else if (verdict.is === 'failure') this.#afterFailure(n, verdict.failure, status)\n    }\n    await this.#keep({ write, at: now() })\n    await this.#ports.sleep(600_000)\n    state.transaction(() => this.#keepJob(verdict, relay))\n",
      },
    ],
  },
  one(
    'an unknown word is a failure',
    'shared/relay/tasks/states.ts',
    "return queuedWords.has(bare) ? 'queued' : 'running'",
    "return queuedWords.has(bare) ? 'queued' : 'failed'",
  ),
  one(
    'a late video is not told',
    lateTruth,
    '      state.row.setSettled(false)\n      // Retention',
    '      // Retention',
  ),
  one(
    'nobody looks after a doubtful end',
    'worker/generation/state.ts',
    "if (outcome === 'unknown' || code === 'cancelled') this.planLate()",
    "if (code === 'cancelled') this.planLate()",
  ),
  one(
    'looked at for ever',
    'worker/generation/lateMs.ts',
    'return ms > LAST_MS ? null : ms',
    'return ms',
  ),
  one(
    'a cancelled job comes back as a video',
    lateTruth,
    "if (isCancelled) return await settleLate(ports, state, 'certain')\n",
    '',
  ),
  one(
    'a cancel is not passed on',
    'worker/generation/state.ts',
    'const cancels = isCancelled && job !== null && kinds[job.kind].cancel !== undefined ? 5 : 0',
    'const cancels = 0 * Number(isCancelled)',
  ),
  one(
    'a job is asked to stop for ever',
    lateTruth,
    'state.row.setLate(toPlan(late.cancels - 1))',
    'state.row.setLate(toPlan(late.cancels))',
  ),
  one(
    'the answer to a cancel brings the video back',
    lateTruth,
    "if (said.costUsd !== null) state.row.setCost(said.costUsd)\n    return await settleLate(ports, state, 'certain')",
    'return await state.commit(() => {\n      state.row.setLate(null)\n      state.row.setSettled(false)\n      state.beginArchive(said)\n    })',
  ),
  one(
    'a late failure is not booked',
    lateTruth,
    "if (look.is === 'failed') return await settleLate(ports, state, look.failure.charge)",
    "if (look.is === 'failed') return state.transaction(() => state.row.setLate(null))",
  ),
  one(
    'a key is shown to a vendor',
    'worker/generation/keyRelay.ts',
    'return URL.parse(url)?.origin === new URL(relay.baseUrl).origin ? relay : null',
    'return relay',
  ),
  one(
    'a file at the relay is asked for without its key',
    'worker/generation/archiveStep.ts',
    'headers: findKeyRelay(archive.url, state.row, ports.relays)?.headers,',
    'headers: undefined,',
  ),
  one(
    'paid again after an order whose answer names no job',
    createAnswer,
    "  code: 'outcome_unknown',\n  message: 'The relay took the request and named no job. Whether it works on it is not known.',\n  charge: 'possible',\n  outcome: 'unknown',",
    "  code: 'rate_limited',\n  message: '',\n  charge: 'none',\n  outcome: 'known',",
  ),
  one(
    'a suspended relay is asked',
    dispatch,
    'const open = found.candidates.filter(({ relay }) => !suspended.includes(relay.id))',
    'const open = found.candidates',
  ),
  one(
    'a relay is suspended for nobody else',
    dispatch,
    'await account.suspend(owner.account, last.relay, last.code)',
    '',
  ),
  one(
    'the price of another relay is booked',
    dispatch,
    'price: toPrice(candidate, order),',
    'price: toPrice(this.#candidates(order)[0] ?? candidate, order),',
  ),
  one(
    'what the relay says that it billed is not booked',
    lookAtJob,
    'if (look.costUsd !== null) state.row.setCost(look.costUsd)',
    '',
  ),
  {
    name: 'late truth overrules an operator',
    changes: [
      {
        file: 'worker/account/account.ts',
        from: "if (row === null || row.state !== 'failed' || row.charge !== 'possible') return",
        to: "if (row === null || row.state !== 'failed') return",
      },
      {
        file: lateTruth,
        from: 'if (owner !== null && state.row.correction === null) {',
        to: 'if (owner !== null) {',
      },
    ],
  },
]

/** Bugs that were there until the simulation found them: each undoes its repair. */
const repaired: readonly Mutant[] = [
  one(
    'a crash beside the settlement ends the looking',
    steps,
    "state.due.plan('work', state.row.late?.at ?? null)",
    "state.due.clear('work')",
  ),
  one(
    'an attempt begins after a cancel',
    dispatch,
    '    // Cancelled meanwhile.\n    if (state.video.endedAt !== null) return\n',
    '',
  ),
  one(
    'a look waits for a dead socket for ever',
    lookAtJob,
    'return await limits.race(ask())',
    'return await ask()',
  ),
  one(
    'asked again although it is out of money now',
    pickRelay,
    'one.mayRepeat && isLatest(one)',
    'one.mayRepeat',
  ),
  one(
    'a cancelled order is not heard',
    dispatch,
    "cancel: relay.kind === 'chat' ? cancel : withGrace(this.#ports, cancel),",
    'cancel,',
  ),
  one(
    'a clock that was set back makes a length negative',
    'worker/generation/toRun.ts',
    'return Math.max(0, to - from)',
    'return to - from',
  ),
]

export const relayMutants: readonly Mutant[] = [...planted, ...repaired]
