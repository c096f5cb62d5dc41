// Links out of prose, with what surrounds them: Markdown, HTML tags, bare URLs. One pass, one
// character at a time, never back: a link split over a thousand chunks costs what it costs whole.

import type { FoundLink, LinkKind } from './foundLink.ts'
import { OpenLabels } from './openLabels.ts'
import { isTagNameChar, kindOf, knownTags, readTag } from './tag.ts'
import { hasVideoExtension } from './videoFile.ts'
import * as written from './writtenAddress.ts'

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
/** Of an address beyond ASCII, which is read twice when it turns out to be none. */
const LONGEST_WIDE = 512
const LONGEST_LABEL = 200
const LONGEST_LINE = 500
/** What `recent` must hold: the longest of the beginnings and ends that are looked for. */
const LONGEST_SIGN = 'data:video/'.length

type State = 'text' | 'tagName' | 'tag' | 'url' | 'wide' | 'afterLabel' | 'target'

export function createLinkScanner(): LinkScanner {
  let state: State = 'text'
  let token = ''
  let quote = ''
  /** The last characters, which may be `https://`. */
  let recent = ''
  const labels = new OpenLabels()
  let anchor: { readonly url: string; text: string } | null = null
  let isInVideo = false
  let isInFence = false
  let isEscaped = false
  let hasLink = false
  let wide = ''
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
    const before = line.replace(/(?:\[[^[\]]{0,200}\]\(?|<?(?:https?:\/\/|data:video\/))$/i, '')
    hasLink = true
    const isEmphasis = before.endsWith('_') && url.endsWith('_')
    const address = written.toPlain(isEmphasis ? url.slice(0, -1) : url)
    found.push({ kind, url: address, label: text, line: before, above, isCode, at: position })
  }

  function addBare(end: string): void {
    const urls = written.splitAddresses(token, end)
    token = ''
    for (const url of urls) {
      if (end === ']' && labels.holdUrl(url)) continue
      if (url.length > 'https://'.length) add(isInVideo ? 'video' : 'bare', url)
    }
  }

  function finishBare(end: string): void {
    state = 'text'
    addBare(end)
    readText(end)
  }

  /** Letters beyond ASCII belong to an address when they lead to the name of a video. */
  function finishWide(end: string): void {
    const rest = wide
    wide = ''
    state = 'text'
    if (hasVideoExtension(token + rest)) {
      token += rest
      addBare(end)
    } else {
      addBare(rest.charAt(0))
      for (const char of rest) read(char)
    }
    if (end !== '') read(end)
  }

  function startLine(): void {
    if (line.trimStart().startsWith('```')) isInFence = !isInFence
    // What is said of another link is not said of the next.
    if (line.trim() !== '') above = hasLink ? '' : line
    hasLink = false
    line = ''
    labels.clear()
  }

  /** `recent` ends with what begins or ends something. */
  function readSign(char: string): void {
    // JSON may write `https:\/\/`.
    if (char === '\\') return
    recent = (recent + char).slice(-LONGEST_SIGN)
    if (char === '>') {
      if (recent.toLowerCase().endsWith('</video>')) isInVideo = false
      if (recent.toLowerCase().endsWith('</a>')) finishAnchor()
    }
    if (char !== '/') return
    const isPath = isInVideo ? /^[\s>]?$/.test(previous) : /[:：]\s$|：$/.test(line.slice(0, -1))
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
    if (char === '[') labels.open(previous === '!')
    else if (char === ']' && labels.areSome) state = 'afterLabel'
    else if (char === '<') {
      state = 'tagName'
      token = ''
    } else labels.add(char)
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
        if (isEscaped) {
          isEscaped = false
          // JSON escapes the slash, Markdown what it would read as emphasis.
          if ('/_*~'.includes(char)) return extend(char)
          finishBare('\\')
          return read(char)
        }
        if (char === '\\') isEscaped = true
        else if (written.mayGoOn(char, token)) {
          state = 'wide'
          wide = char
        } else if (written.endsBare(char, token)) {
          finishBare(char)
        } else extend(char)
        return
      case 'wide':
        // Where another address begins this one has ended: else each would be read again within all before.
        if (wide.length < LONGEST_WIDE && !wide.endsWith('://') && written.isOfAddress(char, wide))
          wide += char
        else finishWide(char)
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
        if (written.endsTarget(char, token)) {
          finishTarget()
          readText(char)
        } else extend(char)
        return
    }
  }

  /** What goes on with an address or a quoted value, at once; how far it went. */
  function takeRun(text: string, at: number): number {
    // Its beginning says how long it may be.
    if (token.length < LONGEST_SIGN || isEscaped) return at
    if (state === 'url' || state === 'target') {
      const end = written.findEnd(state, text, at)
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

  function finishAnchor(): void {
    if (anchor !== null) add('anchor', anchor.url, anchor.text.replace(/<\/?a?>?$/i, '').trim())
    anchor = null
  }

  /** `[https://…]` without a target is a bare link in brackets. */
  function finishLabel(): void {
    const { url } = labels.close()
    state = 'text'
    if (url !== null) add('bare', url)
  }

  function finishTarget(): void {
    const { isImage, text } = labels.close()
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
    if (source !== undefined) add(kindOf.get(name) ?? 'poster', source)
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
      if (state === 'wide') finishWide('')
      if (state === 'tag') finishTag()
      else if (state === 'url' && isWhole && token.length < longest) addBare('')
      // Brackets are always closed by who opens them: this one was cut, however the answer ended.
      else if (state === 'target' && hasVideoExtension(token)) finishTarget()
      else if (state === 'afterLabel') finishLabel()
      finishAnchor()
      return take()
    },
  }
}
