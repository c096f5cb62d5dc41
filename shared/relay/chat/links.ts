// Links out of prose, with what surrounds them: Markdown, HTML tags, bare URLs. One pass, one
// character at a time, never back: a link split over a thousand chunks costs what it costs whole.

import { isTagNameChar, readTag } from './tag.ts'
import { hasVideoExtension } from './videoFile.ts'

type LinkKind = 'video' | 'markdown' | 'image' | 'bare' | 'poster' | 'anchor'

export interface FoundLink {
  readonly kind: LinkKind
  /** As written, `&amp;` undone; may be relative unless bare. */
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

export interface LinkScanner {
  push(text: string): readonly FoundLink[]
  /** `isCut`: the text broke off, so a URL at its very end may be half of one. */
  end(isCut: boolean): readonly FoundLink[]
}

/** Longer ones are data, not links: signed URLs have about 1,000 characters. */
export const LONGEST_URL = 8192
/** A video in place of its address: nine megabytes in base64. */
const LONGEST_DATA = 12 * 1024 * 1024
const LONGEST_TAG = 16_384
const LONGEST_LABEL = 200
const LONGEST_LINE = 500
const DEEPEST_LABEL = 4
/** What `recent` must hold: the longest of the beginnings and ends that are looked for. */
const LONGEST_SIGN = 'data:video/'.length

/** Ends a bare URL, as does any character beyond ASCII: Chinese text follows links without a space. */
const bareEnd = ' \t\n\r)"\'`<>]|\\{}^'
const targetEnd = ' \t\n\r)"\'`<>\\'
const bareRun = /[^ \t\n\r)"'`<>\]|\\{}^\x7f-\uffff]+/y
const targetRun = /[^ \t\n\r)"'`<>\\]+/y
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
  let labels: { readonly isImage: boolean; text: string; url: string | null }[] = []
  let anchor: { readonly url: string; text: string } | null = null
  let isInVideo = false
  let isInFence = false
  let longest = LONGEST_URL
  /** The open tag holds a video's bytes. */
  let isData = false
  let previous = ''
  let line = ''
  let above = ''
  let found: FoundLink[] = []
  let position = 0

  function add(kind: LinkKind, url: string, text = ''): void {
    const isCode = isInFence || line.split('`').length % 2 === 0
    const plain = url.startsWith('data:') ? url : url.replaceAll('&amp;', '&')
    const before = line.replace(/(?:\[[^[\]]{0,200}\]\(?|<?(?:https?:\/\/|data:video\/))$/i, '')
    found.push({ kind, url: plain, label: text, line: before, above, isCode, at: position })
  }

  function addBare(end: string): void {
    let length = token.length
    while (length > 0 && trailing.includes(token.charAt(length - 1))) length -= 1
    const url = token.slice(0, length)
    token = ''
    const label = labels.at(-1)
    if (label !== undefined && end === ']') label.url = url
    else if (url.length > 'https://'.length) add(isInVideo ? 'video' : 'bare', url)
  }

  function startLine(): void {
    if (line.trimStart().startsWith('```')) isInFence = !isInFence
    if (line.trim() !== '') above = line
    line = ''
    labels = []
  }

  /** `recent` ends with what begins or ends something. */
  function readSign(char: string): void {
    recent = (recent + char).slice(-LONGEST_SIGN)
    if (char === '>') {
      if (recent.toLowerCase().endsWith('</video>')) isInVideo = false
      if (recent.toLowerCase().endsWith('</a>')) finishAnchor()
    }
    if (char !== '/') return
    const isPath = isInVideo && /^[\s>]?$/.test(previous)
    const sign = isPath ? ['/'] : /(?:https?:\/\/|data:video\/)$/i.exec(recent)
    if (sign === null) return
    state = 'url'
    token = (sign[0] ?? '').toLowerCase()
    longest = token.startsWith('data:') ? LONGEST_DATA : LONGEST_URL
    recent = ''
  }

  function readText(char: string): void {
    if (char === '\n') startLine()
    else if (line.length < LONGEST_LINE) line += char
    if (anchor !== null && anchor.text.length < LONGEST_LABEL) anchor.text += char
    const label = labels.at(-1)
    if (char === '[') {
      if (labels.length < DEEPEST_LABEL)
        labels.push({ isImage: previous === '!', text: '', url: null })
    } else if (char === ']' && label !== undefined) state = 'afterLabel'
    else if (char === '<') {
      state = 'tagName'
      token = ''
    } else if (label !== undefined && label.text.length < LONGEST_LABEL) label.text += char
    readSign(char)
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
          isData = false
          token += char
          quote = ''
          if (char === '>') finishTag()
          return
        }
        // `<https://…>` is an autolink, everything else is prose with a less-than sign.
        recent = `<${token}`
        state = 'text'
        previous = '<'
        readText(char)
        return
      case 'tag':
        token += char
        if (quote === '') {
          if (char === '"' || char === "'") quote = char
          else if (char === '>') finishTag()
        } else if (char === quote) quote = ''
        if (token.length === LONGEST_URL) isData = token.slice(0, 256).includes('data:video/')
        if (token.length > (isData ? LONGEST_DATA : LONGEST_TAG)) state = 'text'
        return
      case 'url':
        if (char > '~' || bareEnd.includes(char)) {
          state = 'text'
          addBare(char)
          readText(char)
        } else extend(char)
        return
      case 'afterLabel':
        if (char === '(') {
          state = 'target'
          token = ''
          longest = LONGEST_URL
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
        } else extend(char)
        return
    }
  }

  /** What goes on with an address or a quoted value, at once; how far it went. */
  function takeRun(text: string, at: number): number {
    // Its beginning says how long it may be.
    if (token.length < LONGEST_SIGN) return at
    if (state === 'url' || state === 'target') {
      const end = findEnd(state === 'url' ? bareRun : targetRun, text, at)
      token += text.slice(at, Math.min(end, at + longest - token.length))
      return end
    }
    if (state !== 'tag' || quote === '') return at
    const close = text.indexOf(quote, at)
    const end = Math.min(close === -1 ? text.length : close, at + roomInTag() - 1)
    if (end <= at) return at
    token += text.slice(at, end)
    return end
  }

  /** Until it must be looked at. */
  function roomInTag(): number {
    const most = token.length < LONGEST_URL ? LONGEST_URL : isData ? LONGEST_DATA : LONGEST_TAG
    return most - token.length
  }

  /** Looked at once, where it shows: looking into a growing text again and again costs its square. */
  function extend(char: string): void {
    if (token.length < longest) token += char
    if (token.length === LONGEST_SIGN && token.startsWith('data:video/')) longest = LONGEST_DATA
  }

  /** A label within a label is part of it, too. */
  function closeLabel(): { isImage: boolean; text: string; url: string | null } {
    const label = labels.pop() ?? { isImage: false, text: '', url: null }
    const outer = labels.at(-1)
    if (outer !== undefined) outer.text = (outer.text + label.text).slice(0, LONGEST_LABEL)
    return label
  }

  function finishAnchor(): void {
    if (anchor !== null) add('anchor', anchor.url, anchor.text.replace(/<\/?a?>?$/i, '').trim())
    anchor = null
  }

  /** `[https://…]` without a target is a bare link in brackets. */
  function finishLabel(): void {
    const { url } = closeLabel()
    state = 'text'
    if (url !== null) add('bare', url)
  }

  function finishTarget(): void {
    const { isImage, text } = closeLabel()
    state = 'text'
    if (token !== '' && token.length < longest) add(isImage ? 'image' : 'markdown', token, text)
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
    if (name === 'video') isInVideo = !source
    else if (name === 'source') isInVideo = false
    if (name !== 'a') return
    finishAnchor()
    const text = attributes.has('download') ? 'download ' : (attributes.get('title') ?? '')
    if (target !== undefined) anchor = { url: target, text }
  }

  function take(): readonly FoundLink[] {
    const taken = found
    found = []
    return taken
  }

  return {
    push(text) {
      for (let at = 0; at < text.length; at += 1) {
        at = takeRun(text, at)
        position = at
        if (at < text.length) read(text.charAt(at))
      }
      return take()
    },
    end(isCut) {
      const isWhole = !isCut || hasVideoExtension(token)
      if (state === 'tag') finishTag()
      else if (state === 'url' && isWhole && token.length < longest) addBare('')
      else if (state === 'target' && isWhole) finishTarget()
      else if (state === 'afterLabel') finishLabel()
      finishAnchor()
      return take()
    },
  }
}

/** Where a run that begins at `at` ends. */
function findEnd(run: RegExp, text: string, at: number): number {
  run.lastIndex = at
  return run.test(text) ? run.lastIndex : at
}
