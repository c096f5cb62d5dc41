// A link in an answer's prose, with what stands around it: what evidence.ts weighs.

export type LinkKind = 'video' | 'markdown' | 'image' | 'bare' | 'poster' | 'anchor' | 'frame'

export interface FoundLink {
  readonly kind: LinkKind
  /** As written, `&amp;` undone; may be relative. */
  readonly url: string
  /** The Markdown label, '' when there is none. */
  readonly label: string
  /** The text of the line in front of it, and the last line above that says anything. */
  readonly line: string
  readonly above: string
  /** Between backticks: an example more often than a result. */
  readonly isCode: boolean
  /** Which character of the pushed text ended it. */
  readonly at: number
}
