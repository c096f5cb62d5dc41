// What a host lends the core: requests, storage, time, chance. The same classes run in a Durable
// Object, in n8n and in the deterministic simulator, because everything they touch is named here.

/** Milliseconds since the epoch. */
export type Now = () => number

/** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>

/** That many random bytes. */
export type Random = (bytes: number) => Uint8Array<ArrayBuffer>

export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'HEAD'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | StreamedBody | undefined
  readonly signal?: AbortSignal | undefined
}

/** A body that is made while it is sent. Its length is known: not every relay takes chunked bodies. */
export interface StreamedBody {
  readonly length: number
  readonly bytes: AsyncIterable<Uint8Array>
}

export interface TransportResponse {
  readonly status: number
  header(name: string): string | null
  /** The body as it arrives. Leaving the loop early cancels the request. */
  readonly body: AsyncIterable<Uint8Array>
}

/** Sends one request. Never follows a redirect, never repeats anything. */
export interface Transport {
  send(request: TransportRequest): Promise<TransportResponse>
}

export type SqlValue = string | number | null | ArrayBuffer
export type SqlRow = Record<string, SqlValue>

/**
 * One object's SQLite. Writes with no `await` between them become durable together, and nothing
 * leaves the object before they are: the platform's rule, which the simulator enforces too.
 */
export interface Sql {
  exec<Row extends SqlRow = SqlRow>(query: string, ...bindings: SqlValue[]): Row[]
  /** Rolls everything back when `closure` throws. */
  transaction<T>(closure: () => T): T
  /** Resolves when every write so far would survive a crash. */
  flush(): Promise<void>
}

/** An object's only alarm. Setting it joins the write it stands beside. */
export interface Alarm {
  /** When it will ring or should have rung; null when none is set. */
  get(): Promise<number | null>
  set(at: number): void
  clear(): void
}

export interface StoredObject {
  readonly bytes: number
  readonly sha256: string | null
  /**
   * MD5 of the bytes, lower-case hex; of an upload in parts the MD5 of their MD5s, a hyphen and how
   * many they were. Null when the store names it otherwise.
   */
  readonly etag: string | null
}

export interface StoredPart {
  readonly partNumber: number
  readonly etag: string
}

/** The object store, as far as an archive needs it. Every call may fail and may be repeated. */
export interface Bucket {
  head(key: string): Promise<StoredObject | null>
  /** Stores one object whole; the store refuses it when it is shorter, or its hash another. */
  put(key: string, body: StreamedBody, sha256: string | null): Promise<void>
  /** Begins an object of unknown length; the id survives a crash. */
  createUpload(key: string): Promise<string>
  uploadPart(
    key: string,
    uploadId: string,
    partNumber: number,
    body: StreamedBody,
  ): Promise<StoredPart>
  completeUpload(key: string, uploadId: string, parts: readonly StoredPart[]): Promise<void>
  abortUpload(key: string, uploadId: string): Promise<void>
  delete(key: string): Promise<void>
}

/** A hash over bytes that are never all in memory. */
export interface Digest {
  update(bytes: Uint8Array): Promise<void>
  /** Lower-case hex. */
  hex(): Promise<string>
}
