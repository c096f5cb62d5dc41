// One more prompt about a video that is there. Opens under it, and takes the focus with it.

import { element } from './element.js'
import { showProblem } from './problem.js'

/** @param {(prompt: string) => Promise<void>} onRemix */
export function createRemixForm(onRemix) {
  const prompt = element('textarea', { id: 'remix-prompt', rows: 3, required: true })
  const submit = element('button', { type: 'submit', className: 'primary' }, 'Generate the remix')
  const problem = element('div')
  const label = element('label', {}, 'What should change?')
  label.htmlFor = prompt.id
  const node = element(
    'form',
    { className: 'fields', hidden: true, noValidate: true },
    element('div', { className: 'field' }, label, prompt),
    element('div', { className: 'actions' }, submit),
    problem,
  )
  node.addEventListener('submit', (event) => {
    event.preventDefault()
    if (prompt.value.trim() === '') return prompt.focus()
    submit.disabled = true
    problem.replaceChildren()
    onRemix(prompt.value)
      .catch((error) => problem.replaceChildren(showProblem(error)))
      .finally(() => {
        submit.disabled = false
      })
  })
  return {
    node,
    toggle() {
      node.hidden = !node.hidden
      if (!node.hidden) prompt.focus()
    },
  }
}
