// The form for a new video: what the models offer, what it will cost, and the request it amounts to.
// It works before the models are known; the gateway then takes its own defaults.

import { element, find } from './element.js'
import { createImageReference } from './imageReference.js'
import { showProblem } from './problem.js'
import { toMoney, toShape } from './words.js'

/**
 * @typedef {object} OfferedModel one entry of `GET /v1/models`
 * @property {string} id
 * @property {readonly string[]} seconds
 * @property {readonly string[]} sizes
 * @property {number | Readonly<Record<string, number>> | null} price_usd
 * @property {'history' | 'target_id' | 'off'} remix
 */
/** @typedef {import('../../../shared/wire/json.ts').JsonObject} JsonObject */

/** @param {(body: JsonObject) => Promise<void>} onGenerate */
export function createRequestForm(onGenerate) {
  const form = find('request-form', HTMLFormElement)
  const prompt = find('prompt', HTMLTextAreaElement)
  const model = find('model', HTMLSelectElement)
  const seconds = find('seconds', HTMLSelectElement)
  const size = find('size', HTMLSelectElement)
  const generate = find('generate', HTMLButtonElement)
  const price = find('price', HTMLElement)
  const problem = find('request-problem', HTMLElement)
  const possibleCharge = find('possible-charge', HTMLElement)
  const accept = find('accept-possible-charge', HTMLInputElement)
  const image = createImageReference()
  /** @type {readonly OfferedModel[]} */
  let models = []
  let isSending = false

  showModels([])
  model.addEventListener('change', showChoices)
  seconds.addEventListener('change', showPrice)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void submit()
  })
  prompt.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit()
  })

  async function submit() {
    if (isSending) return
    if (prompt.value.trim() === '') {
      problem.replaceChildren(
        element(
          'p',
          { className: 'problem', role: 'alert' },
          'Write a prompt first: what should be filmed?',
        ),
      )
      return prompt.focus()
    }
    isSending = true
    // Not `disabled`: that would take the focus away from whoever pressed it.
    generate.ariaDisabled = 'true'
    generate.textContent = 'Sending…'
    problem.replaceChildren()
    try {
      await onGenerate(read())
      offerToPayAgain(false)
    } catch (error) {
      problem.replaceChildren(showProblem(error))
    } finally {
      isSending = false
      generate.ariaDisabled = null
      generate.textContent = 'Generate'
    }
  }

  /** @returns {JsonObject} */
  function read() {
    const reference = image.get()
    return {
      prompt: prompt.value,
      ...(model.value !== '' && { model: model.value }),
      ...(seconds.value !== '' && { seconds: seconds.value }),
      ...(size.value !== '' && { size: size.value }),
      ...(reference !== null && { input_reference: reference }),
      ...(accept.checked && { accept_possible_charge: true }),
    }
  }

  /** @param {readonly OfferedModel[]} offered */
  function showModels(offered) {
    models = offered
    fill(
      model,
      offered.map(({ id }) => [id, id]),
    )
    showChoices()
  }

  function showChoices() {
    const offer = models.find(({ id }) => id === model.value)
    fill(
      seconds,
      (offer?.seconds ?? []).map((length) => [length, `${length} s`]),
    )
    fill(
      size,
      (offer?.sizes ?? []).map((shape) => [shape, toShape(shape)]),
    )
    showPrice()
  }

  function showPrice() {
    const offer = models.find(({ id }) => id === model.value)
    const listed = offer?.price_usd ?? 0
    const usd = typeof listed === 'object' ? listed[seconds.value] : listed
    price.textContent = usd === undefined || usd === 0 ? '' : `up to ${toMoney(usd)}`
  }

  /** @param {boolean} isOffered */
  function offerToPayAgain(isOffered) {
    possibleCharge.hidden = !isOffered
    accept.checked = false
  }

  return {
    showModels,
    /** @param {string} text */
    setPrompt(text) {
      prompt.value = text
      prompt.focus()
    },
    /**
     * Fills in an earlier request, to be changed and sent.
     * @param {import('../../../shared/video/video.ts').VideoResource} video
     * @param {boolean} isDoubtful it may have been charged
     */
    reuse(video, isDoubtful) {
      prompt.value = video.prompt ?? ''
      select(model, video.model)
      showChoices()
      select(seconds, video.seconds)
      select(size, video.size)
      showPrice()
      offerToPayAgain(isDoubtful)
      prompt.focus()
      prompt.scrollIntoView({ block: 'center' })
    },
  }
}

/**
 * Keeps the choice when it is still offered. Nothing to choose from means the gateway's default.
 * @param {HTMLSelectElement} node
 * @param {readonly (readonly [value: string, text: string])[]} choices
 */
function fill(node, choices) {
  const before = node.value
  const offered = choices.length === 0 ? [/** @type {const} */ (['', 'Default'])] : choices
  node.replaceChildren(...offered.map(([value, text]) => element('option', { value }, text)))
  select(node, before)
}

/**
 * @param {HTMLSelectElement} node
 * @param {string} value
 */
function select(node, value) {
  if ([...node.options].some((option) => option.value === value)) node.value = value
}
