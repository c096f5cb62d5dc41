// `npm run bench:day`: a day of 50,000 generations in virtual time, printed and written into
// docs/a-day.md. `--generations 2000` makes it a shorter one, which is printed only.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeMachine } from '../report.ts'
import { describeDay } from './describeDay.ts'
import { wholeDay } from './plan.ts'
import { runDay } from './runDay.ts'

const BEGIN = '<!-- begin: npm run bench:day -->'
const END = '<!-- end: npm run bench:day -->'
const page = join(import.meta.dirname, '../../../docs/a-day.md')

const at = process.argv.indexOf('--generations')
const generations = at === -1 ? wholeDay.generations : Number(process.argv[at + 1])
const day = await runDay({ ...wholeDay, generations })
const tables = describeDay(day)
const made = `Made ${new Date().toISOString().slice(0, 10)} on ${describeMachine()}.`
console.log(`${made}\n\n${tables}`)
for (const surprise of day.surprises.slice(0, 10)) console.error(surprise)
if (at === -1) {
  const text = readFileSync(page, 'utf8')
  const from = text.indexOf(BEGIN)
  const to = text.indexOf(END)
  if (from === -1 || to < from) throw new Error(`${page} has lost its marks`)
  writeFileSync(page, `${text.slice(0, from)}${BEGIN}\n${made}\n\n${tables}\n\n${text.slice(to)}`)
}
