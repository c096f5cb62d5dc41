// What an answer has said so far, in terms of the outcome: the best link, the last lines, the error,
// and whether it came to an end. A link that was believed outlives whatever breaks after it, unless the
// relay itself takes it back: the work is paid for. A weak one waits for the end and loses to a failure.

import type { RelayUsage } from '../../video/chat.ts'
import { removeQuotes } from '../quotes.ts'
import { readTaskLink } from '../tasks.ts'
import {
  createLinkChoice,
  isImage,
  mayBeVideo,
  rankLink,
  resolveLink,
  type LinkRank,
} from './evidence.ts'
import { Facts } from './facts.ts'
import { addFault, type SaidError } from './fault.ts'
import { Lines } from './lastWords.ts'
import type { FoundLink } from './foundLink.ts'
import { listConcepts } from './lexicon.ts'
import { readCode, readWords } from './meaning.ts'
import { saysRetry } from './prose.ts'
import { failureHeads, refusalMarks } from './words/labels.ts'

const mediaFile = /\.(?:mp4|webm|mov|m4v|mkv|png|jpe?g|webp|gif)$/i

/** Links whose surroundings are read; later ones must speak for themselves. */
const MOST_READ = 256

export class AnswerState {
  readonly facts = new Facts()
  readonly lines = new Lines()
  usage: RelayUsage | null = null
  error: SaidError | null = null
  /** The last one that means something. */
  finishReason: string | null = null
  /** A finish reason, an error or a closed document ended the answer. */
  isFinished = false
  readonly #choice = createLinkChoice()
  readonly #baseUrl: string
  readonly #requestLinks: ReadonlySet<string>
  #isTakenBack = false
  #weak: string | null = null
  /** Named while thinking only. */
  #thought: string | null = null
  #orphan: string | null = null
  #links = 0

  readonly #redact: readonly string[]

  /** Relative links resolve against `baseUrl`; links of the request are never results. */
  constructor(baseUrl: string, requestLinks: readonly string[], redact: readonly string[]) {
    this.#baseUrl = baseUrl
    this.#redact = redact
    this.#requestLinks = new Set(requestLinks.map(toComparable))
  }

  get isLinkSeen(): boolean {
    return this.#choice.best !== null
  }

  /** The link that is the result if nothing more is said. */
  get result(): string | null {
    return this.#isTakenBack ? null : this.#choice.best
  }

  get others(): readonly string[] {
    return this.#choice.others
  }

  offer(link: string, rank: LinkRank): void {
    const url = resolveLink(link, this.#baseUrl)
    if (url === null || this.#requestLinks.has(toComparable(url))) return
    if (isImage(url)) {
      this.facts.preview(url)
      return
    }
    this.#isTakenBack = false
    this.lines.restart()
    if (this.#choice.offer(url, rank)) this.facts.link(url)
  }

  /** A link in prose: a task's page, a preview, a result or none of them. */
  offerFound(link: FoundLink, isThought: boolean): void {
    const url = resolveLink(link.url, this.#baseUrl)
    if (url === null || this.#requestLinks.has(toComparable(url))) return
    const task = readTaskLink(url)
    if (task !== null) this.facts.task(task.id, task.statusUrl)
    this.#links += 1
    const rank = rankLink(this.#links > MOST_READ ? { ...link, line: '', above: '' } : link, url)
    if (rank === 'preview') this.facts.preview(url)
    else if (rank === 'weak') this.#weak = isThought ? this.#weak : url
    else if (rank === null) this.#orphan = !isThought && mayBeVideo(url) ? url : this.#orphan
    else if (!isThought) this.offer(url, rank)
    else if (rank === 'video' || rank === 'play') this.offer(url, 'thought')
    else this.#thought = url
  }

  /** At the end: what was too weak to be believed while more could come. */
  settle(shown: 'nothing' | 'links' | 'text', hasFailed: boolean): void {
    const rest = { nothing: this.#thought, links: this.#orphan, text: null }
    const last = this.#weak ?? rest[shown]
    if (!this.isLinkSeen && last !== null && !hasFailed) this.offer(last, 'weak')
  }

  progress(percent: number): void {
    this.lines.restart()
    this.facts.progress(percent)
  }

  line(line: string): void {
    this.lines.add(line)
    const isOwn = (says: (text: string) => boolean) =>
      says(line) && says(removeQuotes(line, this.#redact))
    if (isOwn(saysRetry)) {
      this.facts.restart()
      this.#choice.restart()
    } else if (this.isLinkSeen && this.others.length === 0 && isOwn(takesBack))
      this.#isTakenBack = true
  }

  finish(reason: string): void {
    this.isFinished = true
    if (readCode(reason) !== null) this.finishReason = reason
  }

  refuse(error: SaidError): void {
    this.error = this.error === null ? error : addFault(error, null, this.error)
    this.isFinished = true
    const messages = error.messages.map((message) => removeQuotes(message, this.#redact))
    if (this.isLinkSeen && isPolicy([...error.codes, ...messages])) this.#isTakenBack = true
  }
}

/**
 * Only a refusal of what came out takes back a video that was named: rules of the house below it, a
 * warning, advice and one failure of several do not.
 */
function takesBack(line: string): boolean {
  const plain = line.replace(/^[\s>*#_-]+/, '')
  const reason = readReason(plain)
  const concepts = listConcepts(plain)
  if (reason?.code !== 'content_policy' || concepts.has('condition') || concepts.has('advice'))
    return false
  const isMarked = refusalMarks.some((mark) => plain.startsWith(mark)) || failureHeads.test(plain)
  const hasFailed = concepts.has('failed')
  const isOfResult = concepts.has('removed') || reason.isAfterWork
  return !ofSome.test(plain) && (isOfResult ? isMarked || hasFailed : isMarked && hasFailed)
}

/** `Shot 2 failed: …`, `2 of 3 failed: …` say nothing of the first. */
const ofSome =
  /(?:#|第|镜头|分镜|片段|视频|shot|scene|clip|video|item|sample)\s?[#№]?\d|\d\s?(?:of|\/)\s?\d/i

function isPolicy(said: readonly string[]): boolean {
  return said.some((one) => readReason(one)?.code === 'content_policy')
}

const readReason = (said: string) => readWords(said) ?? readCode(said)

/** The same file however its address is signed. Some name the file in the query. */
function toComparable(url: string): string {
  if (url.startsWith('data:')) return `${url.length}${url.slice(0, 256)}`
  const [address = '', query = ''] = (url.split('#', 1)[0] ?? '').split('?')
  const files = query.split('&').filter((pair) => mediaFile.test(pair))
  return [address.replace(/\/$/, ''), ...files].join('&')
}
