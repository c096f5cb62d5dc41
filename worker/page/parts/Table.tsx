// A table where there is room; on a phone each row is a list of what its columns say, so that nothing, and
// no button, is out of sight.

import type { ComponentChildren } from 'preact'

export interface TableRow {
  readonly key: string | number
  readonly class?: string
  /** One for each head; the first names the row. */
  readonly cells: readonly [ComponentChildren, ...ComponentChildren[]]
}

interface TableProps {
  readonly heads: readonly string[]
  readonly rows: readonly TableRow[]
}

/** The roles are those of the elements: a browser forgets them when a row is laid out as a list. */
export function Table({ heads, rows }: TableProps) {
  return (
    <div class="scroll">
      <table role="table">
        <thead role="rowgroup">
          <tr role="row">
            {heads.map((head) => (
              <th key={head} scope="col" role="columnheader">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map(({ key, class: name, cells: [first, ...others] }) => (
            <tr key={key} class={name} role="row">
              <th scope="row" role="rowheader" data-head={heads[0]}>
                <span>{first}</span>
              </th>
              {others.map((cell, index) => (
                <td key={index} role="cell" data-head={heads[index + 1]}>
                  <span>{cell}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
