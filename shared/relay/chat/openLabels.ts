// Markdown's labels that have not ended yet: `[![cover](…) watch](…)` has one within another. What a label
// within a label says is said by both.

const LONGEST_LABEL = 200
const DEEPEST_LABEL = 4

interface Label {
  readonly isImage: boolean
  text: string
  /** An address that stands in it alone: `[https://…]`. */
  url: string | null
}

export class OpenLabels {
  #labels: Label[] = []

  get areSome(): boolean {
    return this.#labels.length > 0
  }

  open(isImage: boolean): void {
    if (this.#labels.length < DEEPEST_LABEL) this.#labels.push({ isImage, text: '', url: null })
  }

  add(char: string): void {
    const label = this.#labels.at(-1)
    if (label !== undefined && label.text.length < LONGEST_LABEL) label.text += char
  }

  /** False when none is open. */
  holdUrl(url: string): boolean {
    const label = this.#labels.at(-1)
    if (label === undefined) return false
    label.url = url
    return true
  }

  close(): Readonly<Label> {
    const label = this.#labels.pop() ?? { isImage: false, text: '', url: null }
    const outer = this.#labels.at(-1)
    if (outer !== undefined) outer.text = (outer.text + label.text).slice(0, LONGEST_LABEL)
    return label
  }

  clear(): void {
    this.#labels = []
  }
}
