// Feed it the bytes of one answer, get signals while they arrive and one verdict at the end. Pure
// and synchronous. A link once seen outlives whatever breaks after it: the work is paid for.

import type { Failure } from '../../video/failures.ts'
import type {
  AnswerOptions,
  Ending,
  RelayAnswer,
  RelayHead,
  RelayUsage,
  RelayVerdict,
} from './answer.ts'
import { readChunk, readContentDocument, type Chunk, type ChunkText } from './chunk.ts'
import { createEnvelope } from './envelope.ts'
import { findErrorMeaning, toHttpFailure, readErrorBody, type SaidError } from '../errors.ts'
import { createFrameReader, type Frame } from './frames.ts'
import { createLane, type Lane, type LaneNote } from './answerText.ts'
import { createLinkScanner } from './links.ts'
import { createLinkChoice, isImage, rankLink, resolveLink, type LinkRank } from './ranking.ts'
import { isRecord, type JsonRecord } from './record.ts'
import { recoverContent } from './recover.ts'
import { readRetryAfterMs } from '../../wire/retryAfter.ts'
import { createSignals } from './signals.ts'
import { readTaskLink, toTaskStatus } from '../tasks.ts'
import { createTranscript } from './transcript.ts'
import { toStreamFailure, type SeenFailure } from './verdict.ts'

/** Lanes beyond this share one: a stream that counts its choices up is not `n` answers. */
const MOST_LANES = 256
const MiB = 1024 * 1024

export function readRelayAnswer(head: RelayHead, options: AnswerOptions): RelayAnswer {
  const limits = { line: MiB, event: 4 * MiB, answer: 16 * MiB, ...options.limits }
  const redact = options.redact ?? []
  const isOk = head.status >= 200 && head.status < 300
  const frames = createFrameReader(
    { line: limits.line, event: limits.event, stream: limits.answer },
    onFrame,
    readKnown,
  )
  const envelope = createEnvelope()
  const choice = createLinkChoice()
  const transcript = createTranscript()
  const signals = createSignals()
  const lanes = new Map<number, Lane>()
  let usage: RelayUsage | null = null
  let error: SaidError | null = null
  let failure: SeenFailure | null = null
  let isTakenBack = false
  let isFinished = false
  let malformed = ''
  let frameCount = 0

  function onFrame(frame: Frame): void {
    frameCount += 1
    if (frame.type === 'malformed') {
      if (malformed.length < MiB) malformed += recoverContent(frame.text)
      return
    }
    const { value, isError } = frame
    if (isRecord(value)) {
      const chunk = onRecord(value, isError)
      if (isOk && !isError) envelope.learn(frame.text, chunk)
    } else if (Array.isArray(value)) {
      for (const item of value) if (isRecord(item)) onRecord(item, isError)
    }
  }

  /** What {@link onFrame} does for a chunk that differs from the last one in its text only. */
  function readKnown(json: string): boolean {
    const text = envelope.read(json)
    if (text === null) return false
    frameCount += 1
    usage = envelope.usage ?? usage
    onText(text)
    return true
  }

  function onText(text: ChunkText): void {
    const lane = laneOf(text.index)
    lane.pushReasoning(text.reasoning)
    lane.pushContent(text.content)
  }

  function onRecord(record: JsonRecord, isError: boolean): Chunk {
    const chunk = readChunk(record, isError)
    if (chunk.isCompletion) isFinished = true
    usage = chunk.usage ?? usage
    for (const id of chunk.taskIds) signals.task(id, null)
    for (const value of chunk.progress) noteProgress(value)
    for (const text of chunk.texts) onText(text)
    for (const link of chunk.links) offer(link.url, link.isDraft ? 'draft' : 'structured')
    for (const reason of chunk.finishReasons) noteFinish(reason.toLowerCase())
    const said = chunk.error ?? (isOk ? null : readErrorBody(record))
    if (said !== null) noteError(said)
    if (chunk.texts.length === 0) onDocument(record)
    return chunk
  }

  /** A status page's document, or a result, in place of an answer. */
  function onDocument(record: JsonRecord): void {
    const status = toTaskStatus(record)
    if (status === null) return
    isFinished = status.state !== 'running'
    if (status.state === 'completed') offer(status.url, 'structured')
    if (status.state === 'failed') noteError({ code: '', message: status.message, status: null })
  }

  function laneOf(index: number): Lane {
    const key = lanes.size < MOST_LANES || lanes.has(index) ? index : 0
    let lane = lanes.get(key)
    if (lane === undefined) {
      lane = createLane(onNote)
      lanes.set(key, lane)
    }
    return lane
  }

  function onNote(note: LaneNote): void {
    switch (note.type) {
      case 'text':
        transcript.add(note.text, note.isThought)
        return
      case 'progress':
        noteProgress(note.progress)
        return
      case 'phase':
        signals.phase(note.phase)
        return
      case 'task':
        signals.task(note.id, null)
        return
      case 'retry':
        signals.restart()
        failure = null
        return
      case 'failure':
        failure = { code: note.code, message: note.line }
        if (note.takesBack && choice.best !== null) isTakenBack = true
        return
      case 'document': {
        const document = readContentDocument(note.document)
        for (const id of document.taskIds) signals.task(id, null)
        for (const link of document.links) offer(link.url, link.isDraft ? 'draft' : 'structured')
        if (document.error !== null) noteError(document.error)
        return
      }
      case 'link': {
        const url = resolveLink(note.link.url, options.baseUrl)
        if (url === null) return
        const task = readTaskLink(url)
        if (task !== null) signals.task(task.id, task.statusUrl)
        const rank = rankLink(note.link, url)
        if (rank === 'preview') signals.preview(url)
        else if (rank === null) return
        else if (!note.isThought) offer(url, rank)
        else if (rank === 'video' || rank === 'play') offer(url, 'thought')
        return
      }
    }
  }

  function offer(link: string, rank: LinkRank): void {
    const url = resolveLink(link, options.baseUrl)
    if (url === null) return
    if (isImage(url)) {
      signals.preview(url)
      return
    }
    isTakenBack = false
    failure = null
    if (choice.offer(url, rank)) signals.link(url)
  }

  function noteProgress(percent: number): void {
    failure = null
    signals.progress(percent)
  }

  function noteFinish(reason: string): void {
    isFinished = true
    if (reason === 'content_filter') failure = { code: 'content_policy', message: '' }
    if (reason === 'error') failure ??= { code: 'upstream_error', message: '' }
  }

  function noteError(said: SaidError): void {
    error = said
    isFinished = true
    if (choice.best !== null && findErrorMeaning(said)?.code === 'content_policy')
      isTakenBack = true
  }

  /** Links from chunks that were no JSON, tried only when nothing better was said. */
  function offerRecovered(): void {
    const scanner = createLinkScanner()
    for (const link of [...scanner.push(malformed), ...scanner.end(true)]) {
      onNote({ type: 'link', link, isThought: false })
    }
  }

  function toVerdict(how: Ending): RelayVerdict {
    const { taskId, statusUrl } = signals
    const evidence = { taskId, statusUrl, usage, ...transcript.take(frames.words) }
    const url = choice.best
    if (isOk && url !== null && !isTakenBack) {
      return { ok: true, result: { url, preview: signals.lastPreview }, evidence }
    }
    return { ok: false, failure: toFailure(how), evidence }
  }

  function toFailure(how: Ending): Failure {
    if (!isOk) {
      return toHttpFailure({
        status: head.status,
        said: error,
        words: frames.words,
        retryAfterMs: readRetryAfterMs((name) => head.header(name), head.now),
        redact,
      })
    }
    return toStreamFailure({
      error,
      failure,
      isLinkSeen: choice.best !== null,
      isWhole: how === 'end' && frames.exceeded === null && (frames.done || isFinished),
      isBroken: how !== 'end' || frames.exceeded !== null,
      isEmpty: frames.isEmpty,
      words: frames.words,
      isAboutVideo: signals.isAboutVideo || transcript.isAboutVideo(),
      hasText: transcript.hasText,
      taskId: signals.taskId,
      redact,
    })
  }

  return {
    get done() {
      return frames.done || frames.exceeded !== null
    },
    get frames() {
      return frameCount
    },
    feed(bytes) {
      frames.feed(bytes)
      return signals.take()
    },
    end(how) {
      frames.end()
      const isCut = how !== 'end' || frames.exceeded !== null
      for (const lane of lanes.values()) lane.end(isCut)
      if (choice.best === null && malformed !== '') offerRecovered()
      return { signals: signals.take(), verdict: toVerdict(how) }
    },
  }
}
