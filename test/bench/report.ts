// The result as tables, once for the terminal and once for docs/benchmarks.md. Only what stands
// between the two marks there is ours to write; the words around it are people's.

import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Row } from './row.ts'
import { describeTarget, sections } from './row.ts'

export interface Table {
  readonly title: string
  readonly heads: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const page = join(import.meta.dirname, '../../docs/benchmarks.md')
const BEGIN = '<!-- begin: npm run bench -->'
const END = '<!-- end: npm run bench -->'
/** What else the machine had to do, before anything was measured. */
const loadBefore = loadavg()[0]

export function toTables(rows: readonly Row[]): Table[] {
  return sections.map((title) => ({
    title,
    heads: ['What', 'Reelay', 'Compared with', 'Ratio or difference', 'Target'],
    rows: rows
      .filter(({ section }) => section === title)
      .map(({ what, ours, against, verdict, target }) => [
        what,
        ours,
        against,
        verdict,
        target === null ? '' : describeTarget(target),
      ]),
  }))
}

export function printTables(tables: readonly Table[]): void {
  for (const { title, heads, rows } of tables) {
    const widths = heads.map((head, column) =>
      Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
    )
    const toLine = (row: readonly string[]) =>
      row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
    console.log(`\n${title}\n${toLine(heads)}`)
    for (const row of rows) console.log(toLine(row))
  }
  const text = JSON.stringify(tables)
  const [met, missed] = [text.split(': met').length - 1, text.split(': missed').length - 1]
  console.log(`\n${met} of ${met + missed} targets met on ${describeMachine()}.`)
}

export function writeTables(tables: readonly Table[]): void {
  const text = readFileSync(page, 'utf8')
  const from = text.indexOf(BEGIN)
  const to = text.indexOf(END)
  if (from === -1 || to < from) throw new Error(`${page} has lost its marks`)
  const body = [
    `Measured ${new Date().toISOString().slice(0, 10)} on ${describeMachine()}.`,
    ...tables.map(({ title, heads, rows }) =>
      [
        `### ${title}`,
        '',
        ...[heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`),
      ].join('\n'),
    ),
  ]
  writeFileSync(page, `${text.slice(0, from)}${BEGIN}\n${body.join('\n\n')}\n${text.slice(to)}`)
}

export function describeMachine(): string {
  const [cpu] = cpus()
  const load = loadBefore?.toFixed(1) ?? '?'
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${memory} GiB, Node ${process.version}, load before ${load}`
}
