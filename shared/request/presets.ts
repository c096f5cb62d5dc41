// What the model families that people use now can be asked for, so that nobody has to copy it into
// MODELS. Prices are never here: they are the relay's. The first length or size of a row is what the
// model does by itself; it is part of keys, and never changes once a row was released.

import type { Input } from './asked.ts'
import { usual, type Words } from './models.ts'

/** What an entry of MODELS may say about what it takes. */
export interface Preset {
  /** '' first where sellers disagree about what happens when no length is said. */
  readonly seconds?: readonly string[]
  readonly sizes?: readonly string[]
  readonly aspectRatios?: readonly string[]
  readonly resolutions?: readonly string[]
  /** Absent: everything passes. */
  readonly inputs?: readonly Input[]
  readonly words?: Words
}

/** Whole seconds from one to the other, the habit first. */
function whole(habit: string, from: number, to: number): readonly string[] {
  const all = Array.from({ length: to - from + 1 }, (_, index) => String(from + index))
  return [habit, ...all.filter((seconds) => seconds !== habit)]
}

const first = 'input_reference'
const last = 'last_frame'
const images = 'reference_images'
const shape = ['aspect_ratio', 'resolution'] as const
const wide = ['16:9', '9:16'] as const
const square = [...wide, '1:1'] as const
const five = [...square, '4:3', '3:4'] as const

// Sources as they stood on 2026-11-28.
export const presets = {
  // The last that OpenAI offered; also what a gateway without MODELS has. Relays take more than it did.
  'sora-2': { seconds: usual.seconds, sizes: usual.sizes },
  // replicate.com/bytedance/seedance-2.0, docs.together.ai/docs/seedance2.0-quickstart;
  // words: QuantumNous/new-api@035aa73 relay/channel/task/doubao/adaptor.go
  'seedance-2': {
    seconds: whole('5', 4, 15),
    aspectRatios: [...five, '21:9', 'adaptive'],
    resolutions: ['480p', '720p', '1080p', '4k'],
    inputs: [first, last, images, ...shape, 'audio', 'seed'],
    words: { aspect_ratio: 'ratio', last_frame: null, reference_images: null },
  },
  // docs.comfy.org KlingFirstLastFrameNode, mulerouter.ai/docs/api-reference/endpoint/klingai/kling-v3,
  // docs.leonardo.ai/docs/kling-30; words: QuantumNous/new-api@070818b relay/channel/task/kling/adaptor.go
  'kling-3': {
    seconds: whole('5', 3, 15),
    aspectRatios: square,
    resolutions: ['720p', '1080p', '4k'],
    inputs: [first, last, images, ...shape, 'negative_prompt', 'audio'],
    words: { audio: ['sound', 'on', 'off'], reference_images: null, resolution: null },
  },
  // docs.powertokens.ai/en/zmodelVideo/ali/text-to-video, novita.ai/docs/api-reference/model-apis-wan2.7-i2v;
  // words: QuantumNous/new-api@075be92 relay/channel/task/ali/adaptor.go, which reads none of these
  'wan-2.7': {
    seconds: whole('5', 2, 15),
    aspectRatios: five,
    resolutions: ['720p', '1080p'],
    inputs: [first, last, ...shape, 'negative_prompt', 'seed'],
    words: {
      last_frame: null,
      aspect_ratio: null,
      resolution: null,
      negative_prompt: null,
      seed: null,
    },
  },
  // replicate.com/alibaba/wan-3 (input schema bb8bf2a1)
  'wan-3': {
    seconds: whole('5', 2, 30),
    inputs: [first, ...shape, 'negative_prompt', 'seed'],
  },
  // docs.x.ai/developers/model-capabilities/video/generation, docs.shuyou.ai …/x-ai/grok-imagine-video-generate,
  // vercel/ai @ai-sdk/xai 4.0.36
  'grok-imagine': {
    seconds: whole('8', 1, 15),
    aspectRatios: [...five, '3:2', '2:3'],
    resolutions: ['480p', '720p', '1080p'],
    inputs: [first, images, ...shape],
  },
  // docs.oxen.ai/inference-api/reference/models/gemini-omni-1-1-flash, runware.ai …/google-gemini-omni-flash-1-1;
  // developer.civitai.com/orchestration/recipes/gemini-omni: the model chooses the length by itself
  'gemini-omni-1.1': {
    seconds: whole('', 3, 10),
    aspectRatios: wide,
    resolutions: ['360p', '720p', '1080p', '4k'],
    inputs: [first, last, images, ...shape],
  },
  // docs.leonardo.ai/docs/veo-31-lite, www.skills.sh/finpeakinc/frevana-skills/veo-3.1 (OpenRouter's model);
  // words: QuantumNous/new-api@0fc1489 relay/channel/task/gemini/dto.go
  'veo-3.1': {
    seconds: ['8', '4', '6'],
    aspectRatios: wide,
    resolutions: ['720p', '1080p', '4k'],
    inputs: [first, last, images, ...shape, 'negative_prompt', 'audio', 'seed'],
    words: {
      aspect_ratio: 'aspectRatio',
      negative_prompt: 'negativePrompt',
      audio: 'generateAudio',
      last_frame: null,
      reference_images: null,
    },
  },
  // QuantumNous/new-api@5cb8f6a relay/channel/task/hailuo/models.go
  'hailuo-2.3': {
    seconds: ['6', '10'],
    resolutions: ['768p', '1080p'],
    inputs: [first, last, 'resolution'],
    words: { last_frame: 'last_frame_image' },
  },
  // The same file (MiniMax-H3), vercel.com/ai-gateway/models/minimax-h3, www.skills.sh …/minimax-h3
  'hailuo-3': {
    seconds: whole('', 4, 15),
    aspectRatios: [...five, '21:9'],
    resolutions: ['768p', '2k'],
    inputs: [first, last, images, ...shape, 'audio'],
  },
  // fal.ai/models/fal-ai/vidu/q3/text-to-video/llms.txt, docs.venice.ai/models/vidu-q3;
  // words: QuantumNous/new-api@0830dc7 relay/channel/task/vidu/adaptor.go
  'vidu-q3': {
    seconds: whole('5', 1, 16),
    aspectRatios: five,
    resolutions: ['360p', '540p', '720p', '1080p'],
    inputs: [first, last, ...shape, 'audio', 'seed'],
    words: { aspect_ratio: null, last_frame: null, audio: null },
  },
  // docs.freepik.com/api-reference/video/runway-gen-4-5/overview
  'runway-gen4.5': {
    seconds: ['5', '8', '10'],
    sizes: ['', '1280x720', '720x1280', '1104x832', '960x960', '832x1104'],
    inputs: [first, 'aspect_ratio', 'seed'],
  },
  // iptag/jimeng-api@1c7e1c5 src/api/routes/videos.ts;
  // words: QuantumNous/new-api@0d4812e relay/channel/task/jimeng/adaptor.go
  jimeng: {
    seconds: whole('5', 4, 15),
    inputs: [first, last, ...shape],
    words: { last_frame: null, resolution: null },
  },
} as const satisfies Readonly<Record<string, Preset>>

export type PresetId = keyof typeof presets

export const presetIds = Object.keys(presets) as readonly PresetId[]
