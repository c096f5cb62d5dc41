// What an answer has said so far, in terms of the outcome: the best link, the last failure, the
// error, and whether it came to an end. A link once seen outlives whatever breaks after it, unless
// the relay itself takes it back: the work is paid for.

import type { RelayUsage } from '../../video/chat.ts'
import { findErrorMeaning, type SaidError } from '../errors.ts'
import { readTaskLink } from '../tasks.ts'
import { Facts } from './facts.ts'
import type { FoundLink } from './links.ts'
import { createLinkChoice, isImage, rankLink, resolveLink, type LinkRank } from './ranking.ts'
import type { SeenFailure } from './verdict.ts'

export class AnswerState {
  readonly facts = new Facts()
  usage: RelayUsage | null = null
  error: SaidError | null = null
  failure: SeenFailure | null = null
  /** A finish reason, an error or a closed document ended the answer. */
  isFinished = false
  readonly #choice = createLinkChoice()
  readonly #baseUrl: string
  #isTakenBack = false

  /** Relative links resolve against `baseUrl`. */
  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl
  }

  get isLinkSeen(): boolean {
    return this.#choice.best !== null
  }

  /** The link that is the result if nothing more is said. */
  get result(): string | null {
    return this.#isTakenBack ? null : this.#choice.best
  }

  offer(link: string, rank: LinkRank): void {
    const url = resolveLink(link, this.#baseUrl)
    if (url === null) return
    if (isImage(url)) {
      this.facts.preview(url)
      return
    }
    this.#isTakenBack = false
    this.failure = null
    if (this.#choice.offer(url, rank)) this.facts.link(url)
  }

  /** A link in prose: a task's page, a preview, a result or none of them. */
  offerFound(link: FoundLink, isThought: boolean): void {
    const url = resolveLink(link.url, this.#baseUrl)
    if (url === null) return
    const task = readTaskLink(url)
    if (task !== null) this.facts.task(task.id, task.statusUrl)
    const rank = rankLink(link, url)
    if (rank === null) return
    if (rank === 'preview') this.facts.preview(url)
    else if (!isThought) this.offer(url, rank)
    else if (rank === 'video' || rank === 'play') this.offer(url, 'thought')
  }

  progress(percent: number): void {
    this.failure = null
    this.facts.progress(percent)
  }

  /** The relay tries again: the failure before it was not the last word. */
  restart(): void {
    this.failure = null
    this.facts.restart()
  }

  fail(failure: SeenFailure, takesBack: boolean): void {
    this.failure = failure
    if (takesBack && this.isLinkSeen) this.#isTakenBack = true
  }

  finish(reason: string): void {
    this.isFinished = true
    if (reason === 'content_filter') this.failure = { code: 'content_policy', message: '' }
    if (reason === 'error') this.failure ??= { code: 'upstream_error', message: '' }
  }

  refuse(error: SaidError): void {
    this.error = error
    this.isFinished = true
    if (this.isLinkSeen && findErrorMeaning(error)?.code === 'content_policy') {
      this.#isTakenBack = true
    }
  }
}
