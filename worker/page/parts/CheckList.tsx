// Some of a few words, each with a box to check.

import type { ComponentChildren } from 'preact'

interface CheckListProps<Word extends string> {
  readonly legend: string
  readonly words: readonly Word[]
  readonly checked: readonly Word[]
  readonly onChange: (checked: readonly Word[]) => void
  readonly toLabel: (word: Word) => ComponentChildren
}

export function CheckList<Word extends string>({
  legend,
  words,
  checked,
  onChange,
  toLabel,
}: CheckListProps<Word>) {
  return (
    <fieldset class="row">
      <legend class="small quiet">{legend}</legend>
      {words.map((word) => (
        <label key={word} class="check">
          <input
            type="checkbox"
            checked={checked.includes(word)}
            onChange={({ currentTarget }) =>
              onChange(
                words.filter((one) =>
                  one === word ? currentTarget.checked : checked.includes(one),
                ),
              )
            }
          />
          {toLabel(word)}
        </label>
      ))}
    </fieldset>
  )
}
