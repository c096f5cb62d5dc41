// What asking the relays has shown, for people.

import type { RelayReport } from './askRelays.ts'

export function tellRelay(report: RelayReport): string {
  const { id, kind, baseUrl } = report.relay
  const name = `${id} (${kind}) ${baseUrl}`
  if (report.is === 'wrong') return `${name}\n  ${report.sentence}`
  const { isKeyProven, models, unlisted, listAt } = report
  const key = isKeyProven ? 'key accepted' : 'key not proven, its models are shown to everybody'
  const lines =
    models === null
      ? [
          'reachable; it has no list of models, so neither its path, the key nor the models are proven',
          ...(listAt === null ? [] : [`${listAt} has a list: is that the address?`]),
        ]
      : [
          `reachable, ${key}, ${models.length} ${models.length === 1 ? 'model' : 'models'}`,
          ...(unlisted.length === 0 ? [] : [`not in its list: ${unlisted.join(', ')}`]),
        ]
  return [name, ...lines].join('\n  ')
}
