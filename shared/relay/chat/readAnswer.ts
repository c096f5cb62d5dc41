// Feed it the bytes of one answer, get facts while they arrive and one verdict at the end. Pure and
// synchronous. Bytes become frames, a walk gives each frame's leaves their roles, texts are read line by
// line, and what all that says is gathered in the answer's state.

import type { Failure } from '../../video/failures.ts'
import type { RelayUsage } from '../../video/chat.ts'
import { readField, toObject } from '../../wire/fields.ts'
import { isJsonObject, type JsonValue } from '../../wire/json.ts'
import { readRetryAfterMs } from '../../wire/retryAfter.ts'
import { toHttpFailure } from '../errors.ts'
import type { ReadOptions, Ending, RelayAnswer, RelayFact, RelayHead, Verdict } from '../relay.ts'
import { AnswerState } from './answerState.ts'
import { createAnswerText, type AnswerText, type TextNote } from './answerText.ts'
import { createFrameReader, type Frame } from './frames.ts'
import { createLinkScanner } from './links.ts'
import { readNested } from './nested.ts'
import { recoverContent } from './recover.ts'
import { readShape, type Shape } from './shape.ts'
import { createTranscript } from './transcript.ts'
import { toStreamFailure } from './verdict.ts'

const MiB = 1024 * 1024
/**
 * Bytes. A line may hold a video of six megabytes in place of its address; some forty are needed to read
 * it, which is a third of what an isolate has.
 */
const limits = { line: 8 * MiB, event: 8 * MiB, stream: 16 * MiB }
/** Texts beyond this share one: a stream that counts its choices up is not `n` answers. */
const MOST_TEXTS = 256

/** A chat names no job: its answer ends with a video or a failure. */
export type ChatVerdict = Exclude<Verdict, { readonly is: 'task' }>

interface ChatAnswer extends RelayAnswer {
  end(how: Ending): { readonly facts: readonly RelayFact[]; readonly verdict: ChatVerdict }
}

export function readRelayAnswer(head: RelayHead, options: ReadOptions): ChatAnswer {
  return new AnswerReader(head, options)
}

class AnswerReader implements ChatAnswer {
  readonly #head: RelayHead
  readonly #redact: readonly string[]
  readonly #isOk: boolean
  readonly #state: AnswerState
  readonly #frames = createFrameReader(limits, (frame) => this.#onFrame(frame))
  readonly #transcript = createTranscript()
  readonly #texts = new Map<number, AnswerText>()
  #malformed = ''
  /** A document without framing is the whole answer, unless it is one line of several. */
  #isDocument = false
  frames = 0

  constructor(head: RelayHead, options: ReadOptions) {
    this.#head = head
    this.#redact = options.redact ?? []
    this.#isOk = head.status >= 200 && head.status < 300
    const quoted = this.#redact.flatMap(
      (text) => text.match(/https?:\/\/[^\s"'<>)\]]{1,2048}/g) ?? [],
    )
    const requestLinks = [...quoted, ...(options.requestLinks ?? [])]
    this.#state = new AnswerState(options.baseUrl, requestLinks, this.#redact)
  }

  get done(): boolean {
    return this.#frames.done || this.#frames.exceeded !== null
  }

  feed(bytes: Uint8Array): readonly RelayFact[] {
    this.#frames.feed(bytes)
    return this.#state.facts.take()
  }

  end(how: Ending): { facts: readonly RelayFact[]; verdict: ChatVerdict } {
    const state = this.#state
    this.#frames.end()
    const isCut = how !== 'end' || this.#frames.exceeded !== null
    const { words } = this.#frames
    if (this.#isOk && this.frames === 0 && words !== '' && !isPage(words)) {
      this.#textOf(0).pushContent(words)
      state.isFinished = true
    }
    if (this.#isDocument && this.frames === 1) state.isFinished = true
    for (const text of this.#texts.values()) text.end(isCut)
    if (!state.isLinkSeen) this.#offerLate()
    return { facts: state.facts.take(), verdict: this.#toVerdict(isCut) }
  }

  #onFrame(frame: Frame): void {
    this.frames += 1
    if (frame.type === 'malformed') {
      if (this.#malformed.length < MiB) this.#malformed += recoverContent(frame.text)
      return
    }
    const shape = readShape(frame.value, frame.isError)
    this.#isDocument = frame.isBody && !shape.isPart
    this.#readUsage(frame.value)
    if (repeatsText(frame.value) && this.#transcript.hasText) shape.texts.length = 0
    this.#onShape(shape)
  }

  #onShape(shape: Shape): void {
    const state = this.#state
    for (const id of shape.taskIds) state.facts.task(id, null)
    for (const percent of shape.progress) state.progress(percent)
    for (const { index, text, isThought } of shape.texts) {
      const lane = this.#textOf(index)
      if (isThought) lane.pushReasoning(text)
      else lane.pushContent(text)
    }
    const isSure = shape.state !== 'running' && shape.fault === null
    for (const { url, rank } of shape.links) {
      if (rank === 'still') state.offer(url, 'weak')
      else if (isSure) state.offer(url, rank === 'plain' ? 'structured' : rank)
    }
    for (const reason of shape.finishReasons) state.finish(reason)
    if (shape.state === 'finished') state.isFinished = true
    if (shape.fault !== null) state.refuse(shape.fault)
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
      case 'line':
        return state.line(note.line)
      case 'link':
        return state.offerFound(note.link, note.isThought)
      case 'document':
        return this.#onShape(readShape(note.document))
    }
  }

  #readUsage(value: JsonValue): void {
    const usage = toObject(isJsonObject(value) ? value.usage : null)
    if (usage === null) return
    const count = (name: keyof RelayUsage): number => {
      const found = readField(usage, name)
      return typeof found === 'number' && Number.isFinite(found) ? found : 0
    }
    this.#state.usage = {
      prompt_tokens: count('prompt_tokens'),
      completion_tokens: count('completion_tokens'),
      total_tokens: count('total_tokens'),
    }
  }

  /** What is tried only when nothing better was said: documents in a text, chunks that were no JSON. */
  #offerLate(): void {
    const state = this.#state
    const { text } = this.#transcript.take('')
    const nested = /^(?:```\w*\s*)?[[{]/.test(text) ? readNested(text) : null
    if (nested !== null) this.#onShape(readShape(nested.value))
    const scanner = createLinkScanner()
    for (const link of [...scanner.push(this.#malformed), ...scanner.end(true)]) {
      state.offerFound(link, false)
    }
    const { lines, error } = state
    const hasFailed = error !== null || lines.declines || lines.read(true, this.#redact) !== null
    state.settle(this.#transcript.shows(), hasFailed)
  }

  #toVerdict(isCut: boolean): ChatVerdict {
    const { facts, usage, result, others } = this.#state
    const { taskId, statusUrl } = facts
    const evidence = { taskId, statusUrl, usage, ...this.#transcript.take(this.#frames.words) }
    if (!this.#isOk) return { is: 'failure', failure: this.#toHttpFailure(), evidence }
    if (result !== null) {
      return { is: 'video', url: result, needsKey: false, others, costUsd: null, evidence }
    }
    return { is: 'failure', failure: this.#toStreamFailure(isCut), evidence }
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
    const { error, lines, finishReason, isLinkSeen, isFinished, facts } = this.#state
    const { words, done, isEmpty, exceeded } = this.#frames
    const hasBegun = facts.isAboutVideo || lines.saysBegun
    return toStreamFailure({
      error,
      lastWords: lines.read(facts.isAboutVideo, this.#redact),
      finishReason,
      isLinkSeen,
      isWhole: !isCut && (done || isFinished),
      isBroken: isCut,
      isTooLong: exceeded !== null,
      isEmpty,
      page: words,
      hasBegun,
      isAboutVideo: facts.isAboutVideo || this.#transcript.isAboutVideo(),
      hasText: this.#transcript.hasText,
      taskId: facts.taskId,
      redact: this.#redact,
    })
  }
}

function isPage(words: string): boolean {
  return /^\s*<(?:!doctype|html|head|body|title|\?xml)/i.test(words)
}

/** Events that close a text say all of it again. */
function repeatsText(value: JsonValue): boolean {
  const type = isJsonObject(value) && typeof value.type === 'string' ? value.type : ''
  return type.endsWith('.done') || type.endsWith('.completed')
}
