// What stands between a relay and us: layers that re-frame another dialect's stream. They are made
// from the frames of the dialect below, exactly like the real thing.

import type { Frame } from './frame.ts'

/** new-api with keep-alive: comments between the chunks, and the last chunk withheld. */
export function* addPings(frames: Iterable<Frame>): Iterable<Frame> {
  for (const frame of frames) {
    if (typeof frame === 'string' && /"finish_reason": ?"stop"/.test(frame)) continue
    yield frame
    if (typeof frame !== 'string') yield ': PING\n\n'
  }
}

/** The lines without `data:` that some gateways send. */
export function* stripFraming(frames: Iterable<Frame>): Iterable<Frame> {
  for (const frame of frames) {
    yield typeof frame === 'string' ? frame.replace(/^data: /, '').replace(/\n\n$/, '\n') : frame
  }
}

/** CRLF line ends, `data:` without its space, and ids on every event: legal, and rarely tested. */
export function* useOtherSpelling(frames: Iterable<Frame>): Iterable<Frame> {
  let id = 0
  for (const frame of frames) {
    const text = typeof frame === 'string' ? frame.replace(/^data: /, 'data:') : frame
    yield typeof text === 'string' ? `id: ${id++}\n${text}`.replaceAll('\n', '\r\n') : text
  }
}

/** D8: every character of the content in a chunk of its own, all other fields null. */
export function* splitCharacters(text: string, pauses: number): Iterable<Frame> {
  const characters = [...text]
  const pauseEvery = Math.max(1, Math.ceil(characters.length / (pauses + 1)))
  for (const [index, content] of characters.entries()) {
    const delta = { role: null, content, tool_calls: null }
    const choices = [{ index: 0, delta, finish_reason: null }]
    yield `data: ${JSON.stringify({ id: null, model: ' ', choices })}\n\n`
    if (index % pauseEvery === pauseEvery - 1) yield { progress: null }
  }
}

/** new-api's "thinking to content": reasoning becomes `<think>` text in the content. */
export function* moveThinking(frames: Iterable<Frame>): Iterable<Frame> {
  let thinking = false
  for (const frame of frames) {
    if (typeof frame !== 'string' || !frame.startsWith('data: {')) {
      yield frame
      continue
    }
    const chunk: ThinkingChunk = JSON.parse(frame.slice(6))
    const [choice] = chunk.choices
    if (choice === undefined) continue
    const { reasoning_content: thought, content } = choice.delta
    const write = (text: string) => {
      const choices = [{ ...choice, delta: { content: text } }]
      return `data: ${JSON.stringify({ ...chunk, choices }).replaceAll('<', '\\u003c')}\n\n`
    }
    if (typeof thought === 'string') yield write(thinking ? thought : `<think>\n${thought}`)
    // The transition is a copy of the chunk with the result, end reason included: "stop" comes
    // before the link.
    if (typeof content === 'string') yield write('\n</think>\n') + write(content)
    thinking = true
  }
}

interface ThinkingChunk {
  readonly choices: readonly {
    readonly delta: { readonly reasoning_content?: unknown; readonly content?: unknown }
  }[]
}
