// A day as tables, for the terminal and for docs/a-day.md.

import { sum, tariff, toBill, toShared } from './bill.ts'
import type { Meter } from './meter.ts'
import { countRows } from './meter.ts'
import { DAY, SECOND } from './plan.ts'
import type { DayResult } from './runDay.ts'

/** As Cloudflare's guideline for one object says. */
const CALLS_PER_SECOND = 1_000

export function describeDay(day: Omit<DayResult, 'endsOf'>): string {
  return [
    ...describeWhole(day),
    '### Each object',
    toTable(
      [
        'Objects',
        'how many',
        'calls',
        'alarms',
        'rows written',
        'CPU',
        'awake',
        'requests out',
        'store A / B',
      ],
      listClasses(day),
    ),
    '### A generation of each kind',
    'Without what its account does, which is the next table. Five minutes in the mean.',
    toTable(
      [
        'Kind',
        'how many',
        'calls',
        'alarms',
        'rows',
        'of them alarms, tables, due, own row, log',
        'CPU',
        'awake',
        'paid for',
      ],
      [...day.kinds].map(([kind, { meter, generations: n }]) => [
        kind,
        toCount(n),
        toFixed(meter.calls / n),
        toFixed(meter.alarms / n),
        toFixed(countRows(meter) / n),
        [meter.alarmRows, (meter.rows['schema'] ?? 0) + (meter.rows['schema_version'] ?? 0)]
          .concat(['due', 'generation', 'log'].map((name) => meter.rows[name] ?? 0))
          .map((rows) => toFixed(rows / n))
          .join(', '),
        `${toFixed(meter.cpuMs / n)} ms`,
        `${toFixed(meter.awakeMs / n / SECOND)} s`,
        `${toFixed((meter.awakeMs / n / SECOND) * 0.128)} GB-s`,
      ]),
    ),
    '### The hottest objects',
    toTable(
      [
        'Object',
        'calls',
        'of all calls',
        'CPU',
        'of all CPU',
        'busiest second',
        'found it busy',
        'waited ≥ 10 ms',
        'longest line',
      ],
      listHottest(day),
    ),
    '### The bill for a million generations',
    `US dollars at Cloudflare's prices of ${tariff.readOn}, beyond what the plan includes. The video is 20 MB and kept for a month.`,
    toTable(
      [
        'Kind',
        'Worker',
        'object requests',
        'object duration',
        'rows written',
        'store operations',
        'kept for a month',
        'sum',
      ],
      listBills(day),
    ),
    '### Where the first limit is met',
    ...describeLimit(day),
  ].join('\n\n')
}

function describeWhole(day: Omit<DayResult, 'endsOf'>): string[] {
  const { plan, ended, orders, moved, evicted, answers, atMidnight, atLast, expected } = day
  const count = (status: string) => ended.filter((one) => one.status === status).length
  const usd = (micros: number) => `$${toCount(micros / 1e6)}`
  const refusals = [...day.refusals].map(([code, n]) => `${toCount(n)} \`${code}\``).join(', ')
  const isExact = atLast.spent === expected.spent && atLast.held === 0
  return [
    toTable(
      ['What happened', ''],
      [
        ['generations, of tenants', `${toCount(ended.length)}, ${plan.tenants}`],
        ['completed, failed', `${toCount(count('completed'))}, ${toCount(count('failed'))}`],
        ['requests at the Worker', toCount(day.worker.calls)],
        ['requests that found what was there', toCount(answers.found)],
        ['refused', `${toCount(answers.refused)} (${refusals})`],
        ['webhooks sent', toCount(day.webhooks)],
        [
          'POSTs that a relay took',
          `${toCount(orders.taken)}; more than one for a generation: ${orders.twice}`,
        ],
        ['POSTs that an ill relay refused', toCount(orders.refused)],
        [
          'moved to the second relay, and completed',
          `${toCount(moved.generations)}, ${toCount(moved.completed)}`,
        ],
        [
          'evicted at noon, at work, ended as `outcome_unknown`',
          `${toCount(evicted.objects)}, ${toCount(evicted.atWork)}, ${toCount(evicted.doubtful)}`,
        ],
        [
          'at midnight: spent, held, billed by the relays',
          [atMidnight.spent, atMidnight.held, atMidnight.billed].map(usd).join(', '),
        ],
        [
          'a day later: spent, held',
          `${[atLast.spent, atLast.held].map(usd).join(', ')}${isExact ? ', as the ends of all generations add up' : `; expected ${usd(expected.spent)}`}`,
        ],
        ['surprises', String(day.surprises.length)],
        [
          'events, and how long they took here',
          `${toCount(day.events)}, ${toCount(day.tookMs / SECOND)} s`,
        ],
      ],
    ),
  ]
}

function listClasses(day: Omit<DayResult, 'endsOf'>): string[][] {
  const generations = [...day.kinds.values()].map(({ meter }) => meter)
  const classes: [string, number, readonly Meter[]][] = [
    ['generations', day.ended.length, generations],
    ['accounts', day.accounts.length, day.accounts],
    ['schedulers', day.schedulers.length, day.schedulers],
    ['index of schedules', 1, [day.index]],
    ['directory', 1, [day.directory]],
  ]
  return classes.map(([name, many, meters]) => {
    const all = (what: (meter: Meter) => number) =>
      meters.reduce((total, one) => total + what(one), 0)
    return [
      name,
      toCount(many),
      toCount(all((one) => one.calls)),
      toCount(all((one) => one.alarms)),
      toCount(all(countRows)),
      `${toCount(all((one) => one.cpuMs) / SECOND)} s`,
      `${toCount(all((one) => one.awakeMs) / SECOND)} s`,
      toCount(all((one) => one.subrequests)),
      `${toCount(all((one) => one.classA))} / ${toCount(all((one) => one.classB))}`,
    ]
  })
}

function listHottest(day: Omit<DayResult, 'endsOf'>): string[][] {
  const single = [...day.accounts, ...day.schedulers, day.index]
  const all = [...single, ...[...day.kinds.values()].map(({ meter }) => meter)]
  const calls = all.reduce((total, one) => total + one.calls, 0)
  const cpuMs = all.reduce((total, one) => total + one.cpuMs, 0)
  return single
    .toSorted((one, other) => other.cpuMs - one.cpuMs)
    .slice(0, 5)
    .map((one) => [
      `\`${one.name}\``,
      toCount(one.calls),
      toShare(one.calls / calls),
      `${toFixed(one.cpuMs / SECOND)} s`,
      toShare(one.cpuMs / cpuMs),
      `${one.busiest.calls} calls`,
      toShare(one.waited / Math.max(1, one.events)),
      toCount(one.waitedLong),
      String(one.mostWaiting),
    ])
}

function listBills(day: Omit<DayResult, 'endsOf'>): string[][] {
  const shared = toShared(day)
  return [...day.kinds].map(([kind, totals]) => {
    const bill = toBill(totals, shared)
    const { workerRequests, objectRequests, duration, rows, store, kept } = bill
    return [
      kind,
      ...[workerRequests, objectRequests, duration, rows, store, kept, sum(bill)].map((usd) =>
        usd.toFixed(2),
      ),
    ]
  })
}

function describeLimit(day: Omit<DayResult, 'endsOf'>): string[] {
  const ownOf = ({ name }: Meter) => day.ended.filter(({ account }) => account === name).length
  const [largest] = day.accounts
    .map((account) => ({ account, own: ownOf(account) }))
    .toSorted((one, other) => other.own - one.own)
  if (largest === undefined) return []
  const { account: hottest, own } = largest
  const callsEach = (hottest.calls + hottest.alarms) / own
  const cpuEach = hottest.cpuMs / own
  const byCpu = SECOND / cpuEach
  const byCalls = CALLS_PER_SECOND / callsEach
  const peak = hottest.busiest.calls / (hottest.calls / (DAY / SECOND))
  const starts = Math.min(byCpu, byCalls)
  return [
    toTable(
      ['The account with half of all', ''],
      [
        ['its generations', toCount(own)],
        ['requests to it, for each of them', toFixed(callsEach)],
        ['processor time of it, for each of them', `${toFixed(cpuEach)} ms on this machine`],
        [
          'so at most',
          `${toCount(byCpu)} starts a second by processor, ${toCount(byCalls)} by the guideline of 1,000 requests a second for one object`,
        ],
        ['rows it writes, for each of them', toFixed(countRows(hottest) / own)],
        ['of an even day', `${toCount((starts * DAY) / SECOND)} generations`],
        [
          'its busiest second beside its mean one',
          `${toCount(hottest.busiest.calls)} calls, ${toFixed(peak)} ×`,
        ],
      ],
    ),
  ]
}

function toTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function toCount(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

function toFixed(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0)
}

function toShare(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
