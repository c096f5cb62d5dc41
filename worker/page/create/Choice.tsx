// One of a few, as a row of segments; one of many, as a list. Both are the browser's own controls, so
// keys and screen readers know them.

import type { ComponentChildren } from 'preact'

/** More would not fit beside each other on a phone. */
const MOST_SEGMENTS = 5

interface ChoiceProps {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly options: readonly string[]
  readonly onChange: (value: string) => void
  readonly toText: (value: string) => string
  readonly glyph?: (value: string) => ComponentChildren
}

export function Choice(props: ChoiceProps) {
  if (props.options.length === 0) return null
  return props.options.length <= MOST_SEGMENTS ? <Segments {...props} /> : <List {...props} />
}

function Segments({ id, label, value, options, onChange, toText, glyph }: ChoiceProps) {
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option} class="segment" title={option}>
          <input
            type="radio"
            name={id}
            value={option}
            checked={option === value}
            onChange={() => onChange(option)}
          />
          <span>
            {glyph?.(option)}
            {toText(option)}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

export function List({ id, label, value, options, onChange, toText, glyph }: ChoiceProps) {
  return (
    <span class="chip select">
      {glyph?.(value)}
      <label class="visually-hidden" for={id}>
        {label}
      </label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option} value={option}>
            {toText(option)}
          </option>
        ))}
      </select>
    </span>
  )
}
