// The result as a table, once for the terminal and once for docs/benchmarks.md. Only what stands
// between the two marks there is ours to write; the words around it are people's.

import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Row } from './row.ts'
import { sections } from './row.ts'

const page = join(import.meta.dirname, '../../docs/benchmarks.md')
const BEGIN = '<!-- begin: npm run bench -->'
const END = '<!-- end: npm run bench -->'
const heads = ['What', 'Reelay', 'Compared with', 'Ratio or difference', 'Target'] as const

export function printRows(rows: readonly Row[]): void {
  for (const section of sections) {
    const cells = rows.filter((row) => row.section === section).map(toCells)
    if (cells.length === 0) continue
    const widths = heads.map((head, column) =>
      Math.max(head.length, ...cells.map((row) => row[column]?.length ?? 0)),
    )
    const toLine = (row: readonly string[]) =>
      row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
    console.log(`\n${section}\n${toLine(heads)}`)
    for (const row of cells) console.log(toLine(row))
  }
  const missed = rows.filter((row) => row.target?.isMet === false).length
  const promised = rows.filter((row) => row.target !== null).length
  console.log(`\n${promised - missed} of ${promised} targets met on ${describeMachine()}.`)
}

export function writeRows(rows: readonly Row[]): void {
  const text = readFileSync(page, 'utf8')
  const from = text.indexOf(BEGIN)
  const to = text.indexOf(END)
  if (from === -1 || to < from) throw new Error(`${page} has lost its marks`)
  const tables = sections.map((section) => {
    const lines = rows.filter((row) => row.section === section).map(toCells)
    return [
      `### ${section}`,
      '',
      ...[heads, heads.map(() => '---'), ...lines].map((row) => `| ${row.join(' | ')} |`),
    ].join('\n')
  })
  const body = [
    `Measured ${new Date().toISOString().slice(0, 10)} on ${describeMachine()}.`,
    ...tables,
  ]
  writeFileSync(page, `${text.slice(0, from)}${BEGIN}\n${body.join('\n\n')}\n${text.slice(to)}`)
}

function toCells(row: Row): string[] {
  const { target } = row
  const says = target === null ? '' : `${target.says}: ${target.isMet ? 'met' : 'missed'}`
  return [row.what, row.ours, row.against, row.verdict, says]
}

export function describeMachine(): string {
  const [cpu] = cpus()
  const load = loadavg()[0]?.toFixed(1) ?? '?'
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${memory} GiB, Node ${process.version}, load ${load}`
}
