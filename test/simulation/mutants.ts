// Bugs that somebody could write tomorrow, as changes of the real sources. The simulation must catch
// every one of them; one that survives shows a promise that nothing checks.

import { relayMutants } from './relayMutants.ts'
import { one, type Mutant } from './mutant.ts'

const generation = 'worker/generation/generation.ts'
const steps = 'worker/generation/steps.ts'
const dispatch = 'worker/generation/dispatch.ts'
const work = 'worker/generation/work.ts'
const deadlines = 'worker/generation/deadlines.ts'
const step = 'worker/generation/step.ts'
const archiving = 'worker/generation/archiving.ts'
const archiveStep = 'worker/generation/archiveStep.ts'
const storeVideo = 'worker/generation/storeVideo.ts'
const budget = 'worker/platform/budget.ts'
const ask = 'shared/relay/ask.ts'
const limits = 'shared/limits.ts'
const state = 'worker/generation/state.ts'
const log = 'worker/generation/log.ts'
const dueTable = 'worker/platform/dueTable.ts'
const chores = 'worker/account/chores.ts'
const admission = 'worker/account/admit.ts'
const outbox = 'worker/account/outbox.ts'
const ledger = 'worker/account/ledger.ts'
const submit = 'worker/submission/submit.ts'
const account = 'worker/account/account.ts'

const planted: readonly Mutant[] = [
  {
    name: 'no write-ahead',
    changes: [
      { file: dispatch, from: '      state.row.beginAttempt(attempt)\n', to: '' },
      {
        file: dispatch,
        from: '    // A cancel has ended the log meanwhile, and nothing may follow a terminal event.\n',
        to: '    state.row.beginAttempt(attempt)\n',
      },
    ],
  },
  {
    name: 'sent again after a reset',
    changes: [
      { file: ask, from: "    code: 'outcome_unknown',", to: "    code: 'rate_limited'," },
      {
        file: ask,
        from: "    charge: 'possible',\n    outcome: 'unknown',\n  },\n}",
        to: "    charge: 'none',\n    outcome: 'known',\n  },\n}",
      },
    ],
  },
  one(
    'sent again after any 5xx',
    'shared/relay/errors.ts',
    'if (status === 503 && answer.retryAfterMs !== null && !hasBegun) {',
    'if (status >= 500) {',
  ),
  one(
    'sent again after a crash',
    step,
    "return { do: 'recover' }",
    "return { do: 'dispatch', n: attempt.n + 1 }",
  ),
  one(
    'end of the bytes taken for the end of the video',
    storeVideo,
    'if (walk.ok) return',
    'if (true) return',
  ),
  one(
    'a cut answer taken for a known failure',
    'shared/relay/chat/verdict.ts',
    "'The answer broke off before a link came.', 'unknown'",
    "'The answer broke off before a link came.', 'known'",
  ),
  one(
    'announced before it is durable',
    log,
    'done: this.#sql.flush() }',
    'done: Promise.resolve() }',
  ),
  {
    name: 'completed before the store confirmed',
    changes: [
      {
        file: storeVideo,
        from: "await inStore('take the video', bucket.put(key, part.read(), asset.sha256))",
        to: "void inStore('take the video', bucket.put(key, part.read(), asset.sha256)).catch(() => undefined)",
      },
      { file: storeVideo, from: 'if (!isSame(stored, asset)) {', to: 'if (false) {' },
    ],
  },
  one(
    'hold released although a charge is possible',
    ledger,
    'return this.#generations.setHoldUntil(row.id, endedAt + POSSIBLE_HOLD_MS)',
    'return this.#close(row, 0)',
  ),
  one(
    'a doubtful hold that never ends',
    chores,
    "this.#due.plan('hold', this.#parts.generations.nextHoldAt)",
    '',
  ),
  one(
    'state and alarm written apart',
    dueTable,
    'kind, Math.ceil(at))\n    this.arm()',
    'kind, Math.ceil(at))\n    void Promise.resolve().then(() => this.arm())',
  ),
  one('an alarm starts a second pump', work, 'if (this.#working !== null) return\n', ''),
  one(
    'settled once, heard or not',
    steps,
    'video: toVideoResource(owner.identity, video, limits.retentionMs, cost),\n    })',
    'video: toVideoResource(owner.identity, video, limits.retentionMs, cost),\n    }).catch(() => undefined)',
  ),
  one(
    'a started one is abandoned',
    chores,
    "if (result === 'alive') generations.setOpen(row.id)",
    "this.#parts.ledger.settle(row, { charge: 'none', status: 'failed', endedAt: now() })",
  ),
  one(
    'a refused attempt looks doubtful',
    dispatch,
    'row.endAttempt(now(), failure.code, { ...plan, repeats: repeats + (pick.isRepeat ? 1 : 0) })',
    '',
  ),
  one(
    'a cancel drops a video that was there',
    generation,
    'if (row.evidence.link === null) {',
    'if (row.archive === null) {',
  ),
  one(
    'a key is bound to a failure that cost nothing',
    submit,
    "return idempotencyHash === null || state.charge === 'none'",
    'return idempotencyHash === null',
  ),
  one(
    'a failure is served like a video',
    submit,
    "if (state.status !== 'failed') return false",
    'return false',
  ),
  one(
    'a paid video is bought again',
    admission,
    "if (unstored !== null) return reuse(parts, unstored, 'collapsed')",
    '',
  ),
  one(
    'a paid video is bought again before its account knows',
    submit,
    "if (state.outcome === 'unknown' || isUnstored(state.error?.code)) {",
    "if (state.outcome === 'unknown') {",
  ),
  one('doubt is forgotten', admission, 'if (!request.acceptPossibleCharge) {', 'if (false) {'),
  one(
    'something follows the end',
    dispatch,
    'if (state.video.endedAt !== null) return this.#keepJob(verdict, relay)',
    'if (n === 0) return this.#keepJob(verdict, relay)',
  ),
  one(
    'no heartbeat',
    generation,
    'const beatAt = now() + limits.heartbeatMs',
    'const beatAt = now() + 10 * 60_000',
  ),
  one(
    'waits for a silent relay for ever',
    limits,
    'if (at <= now) return this.#abort(new LimitReached(name, this.#lengths[name]))',
    'if (at <= now) return',
  ),
  one(
    'waits for the store for ever',
    deadlines,
    "bucket: { ...limitCalls(ports, 'store', ports.bucket), ...limitSending(ports, ports.bucket) },",
    '',
  ),
  one(
    'waits for the account for ever',
    deadlines,
    "account: limitCalls(ports, 'account', ports.account),",
    '',
  ),
  one(
    'an alarm that throws is the last one',
    'worker/platform/ring.ts',
    'if (!isArmed) alarm.set(now() + AFTER_ERROR_MS)',
    '',
  ),
  one(
    'nobody looks for a lost alarm',
    'worker/platform/alarmWatch.ts',
    'if (await this.isLost()) this.#ring()',
    '',
  ),
  one(
    'an alarm that is long overdue counts as set',
    'worker/platform/alarmWatch.ts',
    'at === null || at < now() - LOST_MS',
    'at === null',
  ),
  one('what runs too long is not woken', chores, '[...running, ...expired]', 'expired'),
  one(
    'what should have been forgotten is not woken',
    chores,
    '[...running, ...expired]',
    'running',
  ),
  one(
    'an admission does not bring the look forward',
    chores,
    "    this.#due.setEarlier('sweep', admittedAt + HOUR_MS)\n",
    '',
  ),
  one(
    'an end is told a moment after it is booked',
    account,
    'this.#ports.report(toEndReport(accountId(sql), row, settlement))',
    'void this.#ports.sleep(1_000).then(() => this.#ports.report(toEndReport(accountId(sql), row, settlement)))',
  ),
  one(
    'only the first end is told',
    account,
    'if (row.endedAt !== settlement.endedAt) {',
    'if (row.endedAt === null) {',
  ),
  one('a deleted video stays in the store', steps, 'await bucket.delete(this.#assetKey())\n', ''),
  one('the link is not kept', dispatch, 'state.row.setLink(fact.url)', ''),
  one('the task page is not kept', dispatch, 'state.row.setTask(fact.id, fact.statusUrl)', ''),
  one(
    'the end is not looked after',
    state,
    'this.row.clearWork()\n    this.goOnSoon()',
    'this.row.clearWork()',
  ),
  one(
    'joins a flush that began before',
    log,
    'if (this.#flushing?.end !== end)',
    'if (this.#flushing === null)',
  ),
  one('the later of two plans is kept', dueTable, 'at < planned', 'at > planned'),
  one(
    'an unfinished upload stays in the store',
    archiving,
    '  await dropUpload(bucket, key, uploadId)\n  return null',
    '  return null',
  ),
  one(
    'the thumbnail outlives the video',
    steps,
    'if (owner !== null) await bucket.delete(toThumbnailKey(owner.identity.id))\n',
    '',
  ),
]

/** Bugs that were there until the simulation found them: each undoes its repair. */
const repaired: readonly Mutant[] = [
  one(
    'a second end is taken for the one that is being settled',
    steps,
    '    if (state.video.endedAt !== endedAt) return\n',
    '',
  ),
  one(
    'a late start begins again',
    steps,
    'if (now() >= eraseAt) return await this.#state.erase()',
    'return await this.#state.erase()',
  ),
  one(
    'an expired generation rings without a pause',
    generation,
    "        due.clear('forget')\n      }",
    '      }',
  ),
  one(
    'more archives at once than there is room for',
    archiveStep,
    'await budget.take(toMostBytes(partBytes), ports)',
    'await budget.take(0, ports)',
  ),
  one(
    'waiting for room counts as archiving',
    archiveStep,
    'archive.tries === 0 ? now() : archive.since + now() - askedAt',
    'archive.since',
  ),
  one(
    'room that was taken before a crash never comes back',
    budget,
    'const SILENT_MS = 3 * 60_000',
    'const SILENT_MS = Infinity',
  ),
  one(
    'an archive waits for the store for ever',
    archiving,
    "const stored = await inStore('say what it holds', bucket.head(key))",
    'const stored = await bucket.head(key).catch(() => new Promise<never>(() => undefined))',
  ),
  one(
    'a key pays again for a deleted video',
    submit,
    'if (input.idempotencyHash === null) return null\n',
    'return null\n',
  ),
  one(
    'a joiner goes past what its key stands for',
    submit,
    "return idempotencyHash === null || state.charge === 'none'",
    'return true',
  ),
  one(
    'calls meet half an erased generation',
    state,
    '    this.#log = null\n    this.#folded = emptyLog\n    this.#growth = new LogGrowth()\n    this.#correction = null\n    await this.#ports.erase()\n',
    '    this.row.reread()\n    await this.#ports.erase()\n    this.#log = null\n    this.#folded = emptyLog\n    this.#growth = new LogGrowth()\n    this.#correction = null\n',
  ),
  one(
    'a deleted generation loses its alarm',
    steps,
    '      if (state.row.flags.deleted) return\n',
    "      if (state.row.flags.deleted) return state.due.clear('work')\n",
  ),
  one(
    'who goes on takes the webhooks of others along',
    outbox,
    "'DELETE FROM request_webhook WHERE video_id = ? AND submission = ?'",
    "'DELETE FROM request_webhook WHERE video_id = ? AND ? IS NOT NULL'",
  ),
  one(
    'an abandoned start is announced',
    'worker/account/account.ts',
    'if (settlement.abandoned === true) outbox.onAbandoned(ended, this.#ports.now())\n        else outbox.',
    'outbox.',
  ),
  one(
    'a deleted generation is told as abandoned',
    generation,
    'state.row.request !== null || state.row.flags.deleted',
    'state.row.request !== null',
  ),
]

/** Found within minutes, so they are looked for with every commit. */
export const coreMutants: readonly Mutant[] = [...planted, ...repaired]

export const mutants: readonly Mutant[] = [...coreMutants, ...relayMutants]
