// How objects are called. The interfaces are what their classes implement and all that crosses
// between objects: plain data, so that a call means the same wherever the object lives.

import type { Attachment } from '../shared/request/attachments.ts'
import type { VideoIdentity } from '../shared/video/video.ts'
import type { Access, Page } from './account/account.ts'
import type { Admission, AdmissionRequest } from './account/admit.ts'
import type { RequestWebhook } from './account/outbox.ts'
import type { UsageRow } from './account/ledger.ts'
import type { DeliveryRow } from './account/deliveries.ts'
import type { Endpoint, EndpointChange, NewEndpoint } from './account/endpoints.ts'
import type { GenerationFilter, GenerationRow } from './account/generations.ts'
import type { KeyChange, KeyRotation, KeyRow, NewKey, Scope } from './account/keys.ts'
import type { DeliveryPage, EndpointPage } from './account/webhooks.ts'
import type { Env } from './env.ts'
import type { Description, RemixMaterial } from './generation/generation.ts'
import type { Settlement } from './protocol.ts'
import type { GenerationSpec } from './generation/row.ts'
import type { NewSchedule, Run, Schedule } from './scheduler/schedules.ts'

export interface AccountCalls {
  createKey(account: string, key: NewKey): Promise<KeyRow | null>
  listKeys(): Promise<KeyRow[]>
  changeKey(id: string, change: KeyChange): Promise<KeyRow | null>
  /** null when there is no key with this id that works. */
  rotateKey(id: string, rotation: KeyRotation): Promise<KeyRow | null>
  revokeKey(id: string): Promise<KeyRow | null>
  authenticate(digest: string, scope: Scope): Promise<Access>
  admit(
    digest: string,
    request: AdmissionRequest,
  ): Promise<Admission | Extract<Access, { ok: false }>>
  /** The same for a schedule, which knows a key by its id. */
  admitFor(
    keyId: string,
    request: AdmissionRequest,
  ): Promise<Admission | Extract<Access, { ok: false }>>
  settle(id: string, settlement: Settlement): Promise<void>
  forget(id: string): Promise<void>
  /** null until the account knows that it failed. */
  correct(id: string, charged: boolean): Promise<GenerationRow | null>
  find(id: string): Promise<GenerationRow | null>
  list(options: {
    after: string | null
    order: 'asc' | 'desc'
    limit: number
  }): Promise<Page | null>
  listFor(filter: GenerationFilter, before: number, limit: number): Promise<GenerationRow[]>
  usage(sinceDay: string): Promise<UsageRow[]>
  /** null when there are too many already. */
  createEndpoint(endpoint: NewEndpoint): Promise<Endpoint | null>
  getEndpoint(id: string): Promise<Endpoint | null>
  /** null when `after` is not one of them. */
  listEndpoints(after: string | null, limit: number): Promise<EndpointPage | null>
  changeEndpoint(id: string, change: EndpointChange): Promise<Endpoint | null>
  rotateSecret(id: string, secret: string, keepOld: boolean): Promise<Endpoint | null>
  removeEndpoint(id: string): Promise<boolean>
  listDeliveries(
    endpointId: string,
    after: string | null,
    limit: number,
  ): Promise<DeliveryPage | null>
  replayDelivery(endpointId: string, id: string): Promise<DeliveryRow | null>
  /** The id of the first video that is not there; null when the callback is ordered. */
  addCallback(
    callback: { id: string; videoIds: readonly string[] } & RequestWebhook,
  ): Promise<string | null>
}

export interface GenerationCalls {
  /** Starts it, or says what became of it: `abandoned` before it began, null when it was deleted. */
  start(
    spec: GenerationSpec,
    attachments: readonly Attachment[],
  ): Promise<Description | 'abandoned' | null>
  abandon(owner: { account: string; identity: VideoIdentity }): Promise<'abandoned' | 'alive'>
  /** `account` null asks on behalf of a signed link, which is proof enough by itself. */
  describe(account: string | null): Promise<Description | null>
  cancel(): Promise<Description | null>
  archiveAgain(): Promise<boolean>
  /** Manual correction of what the relay billed. False unless it has failed. */
  correctCharge(charged: boolean): Promise<boolean>
  remove(): Promise<boolean>
  remixMaterial(): Promise<RemixMaterial | null>
  /** Resolves when it has ended, at the latest after `ms`. */
  waitForEnd(ms: number): Promise<Description | null>
  /** The log as server-sent events; the query is a {@link ReaderRequest}. */
  fetch(url: string): Promise<Response>
}

export interface DirectoryCalls {
  add(keyId: string, account: string): Promise<void>
  accountOf(keyId: string): Promise<string | null>
  /** In alphabetical order, from `first` on. */
  accounts(first: string, limit: number): Promise<string[]>
}

export interface SchedulerCalls {
  /** False when the account has too many already. */
  create(schedule: NewSchedule): Promise<boolean>
  get(account: string, id: string): Promise<Schedule | null>
  /** null when `after` is not one of them. */
  list(account: string, after: string | null, limit: number): Promise<Schedule[] | null>
  lastRuns(id: string, limit: number): Promise<Run[]>
  update(schedule: Schedule): Promise<void>
  remove(account: string, id: string): Promise<boolean>
  noteManualRun(id: string, slot: number, videoId: string): Promise<void>
  tick(tickAt: number): Promise<void>
}

/** How a reader wants the log. */
export interface ReaderRequest {
  readonly as: 'events' | 'chat'
  readonly after: number
  readonly includeUsage: boolean
  /** Origin for links. */
  readonly origin: string
}

// The platform's own stub types map every union of ours again at each call, until the compiler
// gives up (TS2589); the classes implement these interfaces, so the casts cannot drift.

export function getAccount(env: Env, id: string): AccountCalls {
  return env.ACCOUNT.getByName(id) as unknown as AccountCalls
}

export function getGeneration(env: Env, id: string): GenerationCalls {
  return env.GENERATION.getByName(id) as unknown as GenerationCalls
}

export function getDirectory(env: Env): DirectoryCalls {
  return env.DIRECTORY.getByName('directory') as unknown as DirectoryCalls
}

export function getScheduler(env: Env): SchedulerCalls {
  return env.SCHEDULER.getByName('scheduler') as unknown as SchedulerCalls
}
