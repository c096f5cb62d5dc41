// The images of one request, in rows of at most 256 KiB, from its start until its outcome is known.
// The table comes with the first image: most requests have none, and a table costs every start.

import type { Attachment } from '../../shared/request/attachments.ts'
import type { Sql } from '../../shared/ports.ts'
import { readValue } from '../platform/table.ts'

/** One is in memory while the POST of its generation leaves, and many may leave at once. */
const ROW_BYTES = 256 * 1024

export class AttachmentRows {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  add({ sha256, bytes }: Attachment): void {
    this.#sql.exec(
      `CREATE TABLE IF NOT EXISTS attachment (
         sha256 TEXT NOT NULL,
         part INTEGER NOT NULL,
         bytes BLOB NOT NULL,
         PRIMARY KEY (sha256, part)
       )`,
    )
    // One for all rows, each of which is stored before the next is put into it.
    let row = new Uint8Array(Math.min(ROW_BYTES, bytes.byteLength))
    for (let part = 0, at = 0; at < bytes.byteLength || part === 0; part++) {
      const piece = bytes.subarray(at, at + ROW_BYTES)
      if (piece.byteLength < row.byteLength) row = new Uint8Array(piece.byteLength)
      row.set(piece)
      this.#sql.exec(
        'INSERT OR IGNORE INTO attachment (sha256, part, bytes) VALUES (?, ?, ?)',
        sha256,
        part,
        row.buffer,
      )
      at += ROW_BYTES
    }
  }

  /** One row at a time: a whole image is never in memory. */
  *bytesOf(sha256: string): Iterable<Uint8Array> {
    for (let part = 0; ; part++) {
      const bytes = readValue<ArrayBuffer>(
        this.#sql,
        'SELECT bytes FROM attachment WHERE sha256 = ? AND part = ?',
        sha256,
        part,
      )
      if (bytes === null) return
      yield new Uint8Array(bytes)
    }
  }

  drop(): void {
    this.#sql.exec('DROP TABLE IF EXISTS attachment')
  }
}
