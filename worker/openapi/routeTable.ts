// The table of routes in docs/api.md: each with who may call it and what OpenAPI says it does.

import { type Access, type Route, routes, splitRoute, toScope } from '../http/routes.ts'
import { toTemplate } from './operation.ts'
import { operations } from './operations.ts'
import { parameters } from './parameters.ts'

const start = '<!-- Made by `npm run build` from worker/http/routes.ts and worker/openapi. -->'
const end = '<!-- End of what is made. -->'

/** The page with its table of routes made anew. */
export function withRouteTable(page: string): string {
  const from = page.indexOf(start) + start.length
  const to = page.indexOf(end)
  if (to < from) throw new Error('The markers around the table of routes are gone.')
  const rows = (Object.keys(routes) as Route[]).map((route) => toRow(route))
  const table = ['| Route | Who | What |', '| --- | --- | --- |', ...rows].join('\n')
  return `${page.slice(0, from)}\n\n${table}\n\n${page.slice(to)}`
}

function toRow(route: Route): string {
  const [method, path] = splitRoute(route)
  const { summary, parameters: names = [] } = operations[route]
  const query = names.map((name) => parameters[name]).filter((one) => one.in === 'query')
  const sent = query.length === 0 ? '' : ` (${query.map(({ name }) => `\`${name}\``).join(', ')})`
  return `| \`${method} ${toTemplate(path)}\` | ${toWho(routes[route][0], method === 'GET')} | ${summary}${sent} |`
}

function toWho(access: Access, isReading: boolean): string {
  if (access === 'anyone') return 'all'
  if (access === 'admin') return isReading ? '`ADMIN_TOKEN` or `ADMIN_READ_TOKEN`' : '`ADMIN_TOKEN`'
  return access === 'link' ? '`read` or link' : `\`${toScope(access)}\``
}
