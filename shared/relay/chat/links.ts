// Links out of prose, with what surrounds them: Markdown, HTML tags, bare URLs. One pass, one
// character at a time, never back: a link split over a thousand chunks costs what it costs whole.

type LinkKind = 'video' | 'markdown' | 'image' | 'bare' | 'poster' | 'anchor'

export interface FoundLink {
  readonly kind: LinkKind
  /** As written, `&amp;` undone; may be relative unless bare. */
  readonly url: string
  /** The Markdown label, '' when there is none. */
  readonly label: string
  /** The text of the line in front of it. */
  readonly line: string
  /** Which character of the pushed text ended it. */
  readonly at: number
}

export interface LinkScanner {
  push(text: string): readonly FoundLink[]
  /** `isCut`: the text broke off, so a URL at its very end may be half of one. */
  end(isCut: boolean): readonly FoundLink[]
}

/** Longer ones are data, not links: signed URLs have about 1,000 characters. */
export const LONGEST_URL = 8192
const LONGEST_TAG = 16_384
const LONGEST_LABEL = 200
const LONGEST_LINE = 500

/** Ends a bare URL, as does any character beyond ASCII: Chinese text follows links without a space. */
const bareEnd = ' \t\n\r)"\'`<>]|\\{}^'
const targetEnd = ' \t\n\r)"\'`<>\\'
/** Sentence marks and emphasis that follow a bare URL rather than belong to it. */
const trailing = '.,;:!?*~'
const videoTags = new Set(['video', 'source', 'iframe', 'embed'])
const knownTags = new Set([...videoTags, 'img', 'a'])

type State = 'text' | 'tagName' | 'tag' | 'url' | 'afterLabel' | 'target'

export function createLinkScanner(): LinkScanner {
  let state: State = 'text'
  let token = ''
  let quote = ''
  /** The last characters, which may be `https://`. */
  let recent = ''
  let label: { readonly isImage: boolean; text: string; url: string | null } | null = null
  let previous = ''
  let line = ''
  let found: FoundLink[] = []
  let position = 0

  function add(kind: LinkKind, url: string, text = ''): void {
    found.push({ kind, url: url.replaceAll('&amp;', '&'), label: text, line, at: position })
  }

  function addBare(end: string): void {
    let length = token.length
    while (length > 0 && trailing.includes(token.charAt(length - 1))) length -= 1
    const url = token.slice(0, length)
    token = ''
    if (label !== null && end === ']') label.url = url
    else if (url.length > 'https://'.length) add('bare', url)
  }

  function readText(char: string): void {
    if (char === '\n') {
      line = ''
      label = null
    } else if (line.length < LONGEST_LINE) line += char
    if (char === '[') {
      label = { isImage: previous === '!', text: '', url: null }
    } else if (char === ']' && label !== null) state = 'afterLabel'
    else if (char === '<') {
      state = 'tagName'
      token = ''
    } else if (label !== null && label.text.length < LONGEST_LABEL) label.text += char
    recent = (recent + char).slice(-'https://'.length)
    const scheme = char === '/' ? /https?:\/\/$/i.exec(recent) : null
    if (scheme !== null) {
      state = 'url'
      token = scheme[0].toLowerCase()
      recent = ''
    }
    previous = char
  }

  function read(char: string): void {
    switch (state) {
      case 'text':
        readText(char)
        return
      case 'tagName':
        if (isTagNameChar(char) && token.length < 16) {
          token += char
          return
        }
        if (knownTags.has(token.toLowerCase())) {
          state = 'tag'
          token += char
          quote = ''
          if (char === '>') finishTag()
          return
        }
        // `<https://…>` is an autolink, everything else is prose with a less-than sign.
        recent = token
        state = 'text'
        readText(char)
        return
      case 'tag':
        token += char
        if (quote === '') {
          if (char === '"' || char === "'") quote = char
          else if (char === '>') finishTag()
        } else if (char === quote) quote = ''
        if (token.length > LONGEST_TAG) state = 'text'
        return
      case 'url':
        if (char > '~' || bareEnd.includes(char)) {
          state = 'text'
          addBare(char)
          readText(char)
        } else if (token.length < LONGEST_URL) token += char
        return
      case 'afterLabel':
        if (char === '(') {
          state = 'target'
          token = ''
          return
        }
        finishLabel()
        readText(char)
        return
      case 'target':
        if (token === '' && (char === ' ' || char === '<')) return
        if (targetEnd.includes(char)) {
          finishTarget()
          readText(char)
        } else if (token.length < LONGEST_URL) token += char
        return
    }
  }

  /** `[https://…]` without a target is a bare link in brackets. */
  function finishLabel(): void {
    const url = label?.url ?? null
    label = null
    state = 'text'
    if (url !== null) add('bare', url)
  }

  function finishTarget(): void {
    const { isImage, text } = label ?? { isImage: false, text: '' }
    label = null
    state = 'text'
    if (token !== '' && token.length < LONGEST_URL) add(isImage ? 'image' : 'markdown', token, text)
    token = ''
  }

  function finishTag(): void {
    state = 'text'
    const { name, attributes } = readTag(token)
    token = ''
    const source = attributes.get('src')
    const poster = attributes.get('poster')
    const target = attributes.get('href')
    if (poster !== undefined) add('poster', poster)
    if (source !== undefined) add(videoTags.has(name) ? 'video' : 'poster', source)
    if (name === 'a' && target !== undefined) add('anchor', target)
  }

  function take(): readonly FoundLink[] {
    const taken = found
    found = []
    return taken
  }

  return {
    push(text) {
      for (let at = 0; at < text.length; at += 1) {
        position = at
        read(text.charAt(at))
      }
      return take()
    },
    end(isCut) {
      const isWhole = !isCut || hasVideoExtension(token)
      if (state === 'tag') finishTag()
      else if (state === 'url' && isWhole && token.length < LONGEST_URL) addBare('')
      else if (state === 'target' && isWhole) finishTarget()
      else if (state === 'afterLabel') finishLabel()
      return take()
    },
  }
}

/** By its path; most result links have no extension. */
export function hasVideoExtension(url: string): boolean {
  return /^[^?#]*\.(?:mp4|webm|mov|m4v|mkv)(?:[?#]|$)/i.test(url)
}

function isTagNameChar(char: string): boolean {
  return (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z')
}

/** `video src="…" controls`, possibly cut: an attribute whose quote never closed is not one. */
function readTag(tag: string): { name: string; attributes: Map<string, string> } {
  const attributes = new Map<string, string>()
  let at = 0
  while (isTagNameChar(tag.charAt(at))) at += 1
  const name = tag.slice(0, at).toLowerCase()
  while (at < tag.length) {
    const start = at
    while (at < tag.length && !' \t\n\r=>'.includes(tag.charAt(at))) at += 1
    const key = tag.slice(start, at).toLowerCase()
    if (tag.charAt(at) !== '=') {
      at += 1
      continue
    }
    const quote = tag.charAt(at + 1)
    if (quote === '"' || quote === "'") {
      const end = tag.indexOf(quote, at + 2)
      if (end === -1) break
      attributes.set(key, tag.slice(at + 2, end))
      at = end + 1
    } else {
      const from = at + 1
      at = from
      while (at < tag.length && !' \t\n\r>'.includes(tag.charAt(at))) at += 1
      if (at < tag.length && at > from) attributes.set(key, tag.slice(from, at))
    }
  }
  return { name, attributes }
}
