// Fields of the panel whose list follows the chosen model, and which take any other value by hand: for
// a server says what it offers, and a plain relay says nothing.

import type { INodeProperties } from 'n8n-workflow'

/** Nothing is sent: the model does what it does by itself. */
export const ownChoice = { name: "Model's Own", value: 'own' } as const

export const imageUses = [
  { name: 'First Frame', value: 'input_reference' },
  { name: 'Last Frame', value: 'last_frame' },
  { name: 'Reference', value: 'reference_images' },
] as const

interface Choice {
  readonly displayName: string
  readonly name: string
  readonly description: string
  /** In the node's `methods.listSearch`. */
  readonly list: string
  readonly placeholder: string
  readonly first?: { readonly name: string; readonly value: string }
}

export function choiceField(choice: Choice): INodeProperties {
  const { displayName, name, description, list, placeholder, first = ownChoice } = choice
  return {
    displayName,
    name,
    type: 'resourceLocator',
    default: { mode: 'list', value: first.value, cachedResultName: first.name },
    typeOptions: { loadOptionsDependsOn: ['model.value'] },
    description,
    modes: [
      {
        displayName: 'From List',
        name: 'list',
        type: 'list',
        typeOptions: { searchListMethod: list },
      },
      { displayName: 'By Value', name: 'value', type: 'string', placeholder },
    ],
  }
}

/** What was chosen; '' for the model's own and for nothing. */
export function readChoice(value: unknown): string {
  const chosen =
    typeof value === 'object' && value !== null && 'value' in value ? value.value : value
  const text = typeof chosen === 'string' || typeof chosen === 'number' ? String(chosen).trim() : ''
  return text === ownChoice.value ? '' : text
}
