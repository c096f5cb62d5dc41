// Bugs that somebody could write tomorrow, as changes of the real sources. The simulation must catch
// every one of them; one that survives shows a promise that nothing checks.

export interface Mutant {
  readonly name: string
  readonly changes: readonly { readonly file: string; readonly from: string; readonly to: string }[]
}

const generation = 'worker/generation/generation.ts'
const steps = 'worker/generation/steps.ts'
const step = 'worker/generation/step.ts'
const archiving = 'worker/generation/archiving.ts'
const attempt = 'worker/generation/attempt.ts'
const memory = 'worker/generation/state.ts'
const log = 'worker/generation/log.ts'
const dueTable = 'worker/platform/dueTable.ts'
const duties = 'worker/account/chores.ts'
const admission = 'worker/account/admit.ts'
const announcements = 'worker/account/outbox.ts'
const books = 'worker/account/ledger.ts'
const admitAndStart = 'worker/submission/admitAndStart.ts'

const one = (name: string, file: string, from: string, to: string): Mutant => ({
  name,
  changes: [{ file, from, to }],
})

const planted: readonly Mutant[] = [
  {
    name: 'no write-ahead',
    changes: [
      { file: steps, from: '      memory.record.beginAttempt(n, now())\n', to: '' },
      {
        file: steps,
        from: '    // A cancel has ended the log meanwhile, and nothing may follow a terminal event.\n',
        to: '    memory.record.beginAttempt(n, now())\n',
      },
    ],
  },
  {
    name: 'sent again after a reset',
    changes: [
      { file: attempt, from: "    code: 'outcome_unknown',", to: "    code: 'rate_limited'," },
      {
        file: attempt,
        from: "    charge: 'possible',\n    outcome: 'unknown',\n  },\n}",
        to: "    charge: 'none',\n    outcome: 'known',\n  },\n}",
      },
    ],
  },
  one(
    'sent again after any 5xx',
    'shared/relay/errors.ts',
    'if (status === 503 && answer.retryAfterMs !== null) {',
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
    archiving,
    'if (!walk.ok) {',
    'if (false) {',
  ),
  one(
    'a cut answer taken for a known failure',
    'shared/relay/chat/verdict.ts',
    "'The answer broke off before a link came.', charge, 'unknown'",
    "'The answer broke off before a link came.', charge, 'known'",
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
        file: archiving,
        from: "await inStore('take the video', bucket.put(key, body, asset.sha256))",
        to: "void inStore('take the video', bucket.put(key, body, asset.sha256)).catch(() => undefined)",
      },
      { file: archiving, from: 'if (!isSame(stored, asset)) {', to: 'if (false) {' },
    ],
  },
  one(
    'hold released although a charge is possible',
    books,
    'return this.#generations.setHoldUntil(row.id, endedAt + POSSIBLE_HOLD_MS)',
    'return this.#close(row, 0)',
  ),
  one(
    'a doubtful hold that never ends',
    duties,
    "if (holdAt !== null) this.#due.set('hold', holdAt)",
    '',
  ),
  one(
    'state and alarm written apart',
    dueTable,
    'kind, Math.ceil(at))\n    this.arm()',
    'kind, Math.ceil(at))\n    void Promise.resolve().then(() => this.arm())',
  ),
  one('an alarm starts a second pump', generation, 'if (this.#working !== null) return\n', ''),
  one(
    'settled once, heard or not',
    steps,
    'video: toVideoResource(owner.identity, state, limits.retentionMs),\n    })',
    'video: toVideoResource(owner.identity, state, limits.retentionMs),\n    }).catch(() => undefined)',
  ),
  one(
    'a started one is abandoned',
    duties,
    "if (fate === 'alive') generations.setOpen(row.id)",
    "this.#parts.books.settle(row, 'none', 'failed', now())",
  ),
  one(
    'a refused attempt looks doubtful',
    steps,
    'record.endAttempt(n, now(), failure.code, retryAt)',
    '',
  ),
  one(
    'a cancel drops a video that was there',
    generation,
    'if (record.evidence.link === null) {',
    'if (record.archive === null) {',
  ),
  one(
    'a key is bound to a failure that cost nothing',
    admitAndStart,
    "return idempotencyHash === null || state.charge === 'none'",
    'return idempotencyHash === null',
  ),
  one(
    'a failure is served like a video',
    admitAndStart,
    "if (state.status !== 'failed' || via === 'new') return false",
    'return false',
  ),
  one('doubt is forgotten', admission, 'if (!request.acceptPossibleCharge) {', 'if (false) {'),
  one(
    'something follows the end',
    steps,
    '    if (memory.state.endedAt !== null) return\n    memory.transaction(() => {\n      memory.record.setEvidence(verdict.evidence)',
    '    memory.transaction(() => {\n      memory.record.setEvidence(verdict.evidence)',
  ),
  one(
    'no heartbeat',
    generation,
    "due.set('work', now() + limits.heartbeatMs)",
    "due.set('work', now() + 10 * 60_000)",
  ),
  one(
    'waits for a silent relay for ever',
    attempt,
    'if (left <= 0) return controller.abort(new LimitReached(next.limit, next.ms))',
    'if (left <= 0) return',
  ),
  one('a deleted video stays in the store', steps, 'await bucket.delete(this.#assetKey())\n', ''),
  one('the link is not kept', steps, 'memory.record.setLink(signal.url)', ''),
  one('the task page is not kept', steps, 'memory.record.setTask(signal.id, signal.statusUrl)', ''),
  one(
    'the end is not looked after',
    memory,
    "this.record.clearWork()\n    this.due.set('work', now)",
    'this.record.clearWork()',
  ),
]

/** Bugs that were there until the simulation found them: each undoes its repair. */
const repaired: readonly Mutant[] = [
  one(
    'a late start begins again',
    steps,
    'if (now() >= eraseAt) return await this.#memory.erase()',
    'return await this.#memory.erase()',
  ),
  one(
    'an expired generation rings without a pause',
    generation,
    "      due.clear('forget')\n    }",
    '    }',
  ),
  one(
    'an archive waits for the store for ever',
    archiving,
    "const stored = await inStore('say what it holds', bucket.head(key))",
    'const stored = await bucket.head(key).catch(() => new Promise<never>(() => undefined))',
  ),
  one(
    'a key pays again for a deleted video',
    admitAndStart,
    'if (description === null && asked.idempotencyHash !== null) throw toExpired()\n',
    '',
  ),
  one(
    'a joiner goes past what its key stands for',
    admitAndStart,
    "return idempotencyHash === null || state.charge === 'none'",
    'return true',
  ),
  one(
    'calls meet half an erased generation',
    memory,
    '    this.#log = null\n    this.#state = initialState\n    this.#correction = null\n    await this.#ports.erase()\n',
    '    this.record.reread()\n    await this.#ports.erase()\n    this.#log = null\n    this.#state = initialState\n    this.#correction = null\n',
  ),
  one(
    'a deleted generation loses its alarm',
    steps,
    '      if (memory.record.flags.deleted) return\n',
    "      if (memory.record.flags.deleted) return memory.due.clear('work')\n",
  ),
  one(
    'who goes on takes the webhooks of others along',
    announcements,
    "'DELETE FROM request_webhook WHERE video_id = ? AND submission = ?'",
    "'DELETE FROM request_webhook WHERE video_id = ? AND ? IS NOT NULL'",
  ),
  one(
    'a deleted generation is told as abandoned',
    generation,
    'memory.record.request !== null || memory.record.flags.deleted',
    'memory.record.request !== null',
  ),
]

export const mutants: readonly Mutant[] = [...planted, ...repaired]
