// Feed it the bytes of one answer, get facts while they arrive and one verdict at the end. Pure and
// synchronous. Bytes become frames, frames become chunks and texts, and what those say is gathered
// in the answer's state.

import type { Failure } from '../../video/failures.ts'
import { isJsonObject, type JsonObject } from '../../wire/json.ts'
import { readRetryAfterMs } from '../../wire/retryAfter.ts'
import { readErrorBody, toHttpFailure } from '../errors.ts'
import { toTaskStatus } from '../tasks.ts'
import type {
  AnswerOptions,
  Ending,
  RelayAnswer,
  RelayFact,
  RelayHead,
  RelayVerdict,
} from './answer.ts'
import { AnswerState } from './answerState.ts'
import { createAnswerText, type AnswerText, type TextNote } from './answerText.ts'
import { readChunk, readContentDocument, type ChunkLink } from './chunk.ts'
import { createFrameReader, type Frame } from './frames.ts'
import { createLinkScanner } from './links.ts'
import { recoverContent } from './recover.ts'
import { createTranscript } from './transcript.ts'
import { toStreamFailure } from './verdict.ts'

const MiB = 1024 * 1024
/** Bytes. */
const limits = { line: MiB, event: 4 * MiB, stream: 16 * MiB }
/** Texts beyond this share one: a stream that counts its choices up is not `n` answers. */
const MOST_TEXTS = 256

export function readRelayAnswer(head: RelayHead, options: AnswerOptions): RelayAnswer {
  return new AnswerReader(head, options)
}

class AnswerReader implements RelayAnswer {
  readonly #head: RelayHead
  readonly #redact: readonly string[]
  readonly #isOk: boolean
  readonly #state: AnswerState
  readonly #frames = createFrameReader(limits, (frame) => this.#onFrame(frame))
  readonly #transcript = createTranscript()
  readonly #texts = new Map<number, AnswerText>()
  #malformed = ''
  frames = 0

  constructor(head: RelayHead, options: AnswerOptions) {
    this.#head = head
    this.#redact = options.redact ?? []
    this.#isOk = head.status >= 200 && head.status < 300
    this.#state = new AnswerState(options.baseUrl)
  }

  get done(): boolean {
    return this.#frames.done || this.#frames.exceeded !== null
  }

  feed(bytes: Uint8Array): readonly RelayFact[] {
    this.#frames.feed(bytes)
    return this.#state.facts.take()
  }

  end(how: Ending): { facts: readonly RelayFact[]; verdict: RelayVerdict } {
    this.#frames.end()
    const isCut = how !== 'end' || this.#frames.exceeded !== null
    for (const text of this.#texts.values()) text.end(isCut)
    if (!this.#state.isLinkSeen) this.#offerRecovered()
    return { facts: this.#state.facts.take(), verdict: this.#toVerdict(isCut) }
  }

  #onFrame(frame: Frame): void {
    this.frames += 1
    if (frame.type === 'malformed') {
      if (this.#malformed.length < MiB) this.#malformed += recoverContent(frame.text)
      return
    }
    const values = Array.isArray(frame.value) ? frame.value : [frame.value]
    for (const value of values) if (isJsonObject(value)) this.#onChunk(value, frame.isError)
  }

  #onChunk(object: JsonObject, isError: boolean): void {
    const state = this.#state
    const chunk = readChunk(object, isError)
    if (chunk.isCompletion) state.isFinished = true
    state.usage = chunk.usage ?? state.usage
    for (const id of chunk.taskIds) state.facts.task(id, null)
    for (const percent of chunk.progress) state.progress(percent)
    for (const { index, content, reasoning } of chunk.texts) {
      const text = this.#textOf(index)
      text.pushReasoning(reasoning)
      text.pushContent(content)
    }
    this.#offerLinks(chunk.links)
    for (const reason of chunk.finishReasons) state.finish(reason.toLowerCase())
    const error = chunk.error ?? (this.#isOk ? null : readErrorBody(object))
    if (error !== null) state.refuse(error)
    if (chunk.texts.length === 0) this.#onDocument(object)
  }

  /** A status page's document, or a result, in place of an answer. */
  #onDocument(object: JsonObject): void {
    const status = toTaskStatus(object)
    if (status === null) return
    this.#state.isFinished = status.state !== 'running'
    if (status.state === 'completed') this.#state.offer(status.url, 'structured')
    if (status.state === 'failed') {
      this.#state.refuse({ code: '', message: status.message, status: null })
    }
  }

  #textOf(index: number): AnswerText {
    const key = this.#texts.size < MOST_TEXTS || this.#texts.has(index) ? index : 0
    let text = this.#texts.get(key)
    if (text === undefined) {
      text = createAnswerText((note) => this.#onNote(note))
      this.#texts.set(key, text)
    }
    return text
  }

  #onNote(note: TextNote): void {
    const state = this.#state
    switch (note.type) {
      case 'text':
        return this.#transcript.add(note.text, note.isThought)
      case 'progress':
        return state.progress(note.progress)
      case 'phase':
        return state.facts.phase(note.phase)
      case 'task':
        return state.facts.task(note.id, null)
      case 'retry':
        return state.restart()
      case 'failure':
        return state.fail({ code: note.code, message: note.line }, note.takesBack)
      case 'link':
        return state.offerFound(note.link, note.isThought)
      case 'document': {
        const { taskIds, links, error } = readContentDocument(note.document)
        for (const id of taskIds) state.facts.task(id, null)
        this.#offerLinks(links)
        if (error !== null) state.refuse(error)
      }
    }
  }

  #offerLinks(links: readonly ChunkLink[]): void {
    for (const { url, isDraft } of links) this.#state.offer(url, isDraft ? 'draft' : 'structured')
  }

  /** Links from chunks that were no JSON, tried only when nothing better was said. */
  #offerRecovered(): void {
    const scanner = createLinkScanner()
    for (const link of [...scanner.push(this.#malformed), ...scanner.end(true)]) {
      this.#state.offerFound(link, false)
    }
  }

  #toVerdict(isCut: boolean): RelayVerdict {
    const { facts, usage, result } = this.#state
    const { taskId, statusUrl } = facts
    const evidence = { taskId, statusUrl, usage, ...this.#transcript.take(this.#frames.words) }
    if (!this.#isOk) return { ok: false, failure: this.#toHttpFailure(), evidence }
    if (result !== null) return { ok: true, result: { url: result }, evidence }
    return { ok: false, failure: this.#toStreamFailure(isCut), evidence }
  }

  #toHttpFailure(): Failure {
    const head = this.#head
    return toHttpFailure({
      status: head.status,
      said: this.#state.error,
      words: this.#frames.words,
      retryAfterMs: readRetryAfterMs((name) => head.header(name), head.now),
      redact: this.#redact,
    })
  }

  #toStreamFailure(isCut: boolean): Failure {
    const { error, failure, isLinkSeen, isFinished, facts } = this.#state
    const { words, done, isEmpty } = this.#frames
    return toStreamFailure({
      error,
      failure,
      isLinkSeen,
      isWhole: !isCut && (done || isFinished),
      isBroken: isCut,
      isEmpty,
      words,
      isAboutVideo: facts.isAboutVideo || this.#transcript.isAboutVideo(),
      hasText: this.#transcript.hasText,
      taskId: facts.taskId,
      redact: this.#redact,
    })
  }
}
