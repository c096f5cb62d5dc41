// The image that a video may begin with: a link, or a file that is read into the request.

import { button, element, find } from './element.js'

/** The gateway's own limit for one image, 8 MiB. */
const MOST_BYTES = 8 * 1024 * 1024

export function createImageReference() {
  const address = find('image-url', HTMLInputElement)
  const file = find('image-file', HTMLInputElement)
  const picked = find('picked', HTMLElement)
  /** @type {string | null} */
  let dataUri = null

  function clear() {
    dataUri = null
    address.value = ''
    file.value = ''
    picked.hidden = true
  }

  file.addEventListener('change', async () => {
    const [chosen] = file.files ?? []
    dataUri = null
    picked.hidden = chosen === undefined
    if (chosen === undefined) return
    const remove = button('Remove', () => {
      clear()
      file.focus()
    })
    if (chosen.size > MOST_BYTES) {
      file.value = ''
      const words = `${chosen.name} is larger than 8 MiB. Choose a smaller image, or link to it.`
      picked.replaceChildren(element('span', { role: 'alert' }, words))
      return
    }
    const text = await readAsDataUri(chosen)
    if (file.files?.[0] !== chosen) return
    dataUri = text
    address.value = ''
    const preview = element('img', { alt: '' })
    preview.src = text
    picked.replaceChildren(preview, element('span', {}, chosen.name), remove)
  })
  address.addEventListener('input', () => {
    if (address.value === '') return
    dataUri = null
    file.value = ''
    picked.hidden = true
  })

  return {
    /** What goes into `input_reference`, or null for none. */
    get: () => dataUri ?? (address.value.trim() === '' ? null : address.value.trim()),
    clear,
  }
}

/**
 * @param {File} file
 * @returns {Promise<string>}
 */
function readAsDataUri(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(String(reader.result)))
    reader.addEventListener('error', () => reject(reader.error))
    reader.readAsDataURL(file)
  })
}
