// Requests of every sort and the keys they had in release 0.1, computed with its code. A key that
// changes is a video that somebody has paid for and pays for again.

import { safeParseModels } from '../../shared/request/parseModels.ts'
import { createRemixRequest } from '../../shared/request/remix.ts'
import {
  safeParseChatRequest,
  safeParseVideoRequest,
  type GenerationRequest,
} from '../../shared/request/request.ts'
import type { Liftable } from '../../shared/request/attachments.ts'
import type { JsonObject } from '../../shared/wire/json.ts'

type Ask = () => Promise<GenerationRequest>
type Fields = Readonly<Record<string, Liftable>>

const png = 'data:image/png;base64,aGk='
const link = 'https://x.example/a.png'
const file = { mediaType: 'image/png', bytes: Uint8Array.from([0x68, 0x69]) }

function configure(entry: JsonObject) {
  const result = safeParseModels(JSON.stringify([entry]))
  if (!result.ok) throw new Error(result.message)
  return result.models
}

const video =
  (fields: Fields = {}, entry: JsonObject = { id: 'sora-2' }): Ask =>
  async () => {
    const result = await safeParseVideoRequest({ prompt: 'a cat', ...fields }, configure(entry))
    if (!result.ok) throw new Error(result.error.message)
    return result.request
  }

const chat =
  (fields: Fields = {}, entry: JsonObject = { id: 'sora-2' }): Ask =>
  async () => {
    const messages = [{ role: 'user', content: 'a cat' }]
    const request = { model: String(entry['id']), messages, ...fields }
    const result = await safeParseChatRequest(request, configure(entry))
    if (!result.ok) throw new Error(result.error.message)
    return result.request
  }

const remix =
  (original: Ask, entry: JsonObject): Ask =>
  async () => {
    const result = createRemixRequest(await original(), 'done', 'a dog', 's_1', configure(entry))
    if (!result.ok) throw new Error(result.error.message)
    return result.request
  }

const byField = {
  id: 'field',
  seconds: ['5', '10'],
  sizes: ['1280x720', '720x1280'],
  tell: {
    seconds: { by: 'field', name: 'duration', as: 'number' },
    size: { by: 'field', name: 'aspect_ratio', as: 'ratio' },
  },
}
const byName = {
  id: 'name',
  relay_model: 'm-{orientation}-{seconds}s',
  seconds: ['10', '15'],
  tell: { seconds: 'model', size: 'model' },
}
const byNameOfUsual = {
  id: 'name',
  relay_model: 'm-{orientation}-{seconds}s',
  tell: { seconds: 'model', size: 'model' },
}
const wide = { id: 'wide', sizes: ['1280x720', '720x1280'], seconds: ['5', '10'] }
const untold = { id: 'off', tell: { seconds: 'off', size: 'off' } }
const bare = { id: 'veo3' }
const pictures = [
  { type: 'text', text: 'a cat' },
  { type: 'image_url', image_url: { url: png } },
  { type: 'image_url', image_url: { url: link } },
]

export const goldenRequests: readonly (readonly [what: string, ask: Ask, key: string])[] = [
  [
    'length and shape in fields',
    video({ seconds: 10, size: '720x1280' }, byField),
    'fbd56b08286299581462ac50a43395b27d2d002d0610f30a121ded79da1def0f',
  ],
  [
    'the habits of a model told by fields',
    video({}, byField),
    '871520006c9f11ce88559528ff3303ac5ad0059345761eeb14a6adcfac930342',
  ],
  [
    'length and shape in the name',
    video({ seconds: 15, size: '1280x720' }, byName),
    'aa3d78d44f79c16541d92e83dade77e63dae16f06afae9447d0c732abad79943',
  ],
  [
    'the usual length and shape in the name',
    video({ seconds: 8 }, byNameOfUsual),
    'e712a685165ecc496f776ab53c3bff88f83dd5ba7624ef48c573eb0558c85523',
  ],
  [
    'a length that is not told',
    video({ seconds: 8 }, untold),
    'f3ca9c7dc771cdfef55696a00f80458d475f79137fc50d6ceb8a177000ee07b1',
  ],
  [
    'a model of another name',
    video({}, bare),
    '2736a8a761cefeb8a5c28ed3f483483877290c5ce4340d2fa2cbb436107f7714',
  ],
  [
    'a length for a model of another name',
    video({ seconds: 8, size: '1280x720' }, bare),
    '81f8846d08e68de06adf6e6d3f9e110e1dfe72c46f407ea852deae3993f1db18',
  ],
  [
    'a chat with a model of another name',
    chat({}, bare),
    '2736a8a761cefeb8a5c28ed3f483483877290c5ce4340d2fa2cbb436107f7714',
  ],
  [
    'a chat with a length for such a model',
    chat({ seconds: 8, size: '16:9' }, bare),
    '0efbb80d1a30d8512b52b45882a0c752c880c72dbb0f323b24385ab1a8cd6a02',
  ],
  [
    'a last frame',
    video({ last_frame: { image_url: png } }),
    'fddf663172e49757bb3a37723ef4e6c37af0e69f45539c838bcc9ab8035ebf40',
  ],
  [
    'a last frame in a form',
    video({ last_frame: file }),
    'd4d08a107d1e858b9a074b105674ac5f24ac107902c0a7d91b69104753ff621e',
  ],
  [
    'reference images',
    video({ reference_images: [link, { image_url: png }, png] }),
    '978346ebeff9592102626b7d5392dac00b435acf4900203edd29b75fdc5fee90',
  ],
  [
    'an aspect ratio',
    video({ aspect_ratio: '16:9' }),
    'afabbb52339a21a610a1c7ff3cb0a237c44cb6968737a8c539a9efd92f3c323c',
  ],
  [
    'an aspect ratio with its size',
    video({ aspect_ratio: '16:9', size: '1280x720' }),
    'e9d38b80ab76e76f17142af4b612a1cd058b2356a21bf7b6db006327964823e0',
  ],
  [
    'a resolution',
    video({ resolution: '1080p', seconds: 8 }),
    'f1165d9dbe6a899d6024446a3b4f21d5b3e7b836decdde704e48a72ed2351de7',
  ],
  [
    'what is not to be seen',
    video({ negative_prompt: 'dogs' }),
    'c37c376c45b9efd58ca4034a28eb35fe48548404a54774d8666a217812323fca',
  ],
  [
    'sound',
    video({ audio: true }),
    '0958a1cb0f4bb35e1b728ae5ceffbd3135a520873b68f2b92438b44f49bd1202',
  ],
  [
    'sound in a form',
    video({ audio: 'false', seed: '7' }),
    '48f7f85d6e45a620f9586309e26eaf86257a431b45f30ada210d5572fb2d69a4',
  ],
  [
    'a seed',
    video({ seed: 7 }),
    'c346cea90627aabea4c23db5be26127423296c0159ef84c932e0fdfbf94b8e45',
  ],
  [
    'inputs of null',
    video({ seed: null, audio: null, last_frame: null }),
    '5a2f615c87a3ea0cbcb02eda087775b2f3e3d133cc53b7893c8cbb8184a49cac',
  ],
  ['two', video({ n: 2 }), '8adb61939a05b03347fc688ae96b2b0a0842c532df7d3e1f91d10be5db9f734c'],
  [
    'two in a form',
    video({ n: '2', seconds: '8' }),
    'c39cd9b26811398b269e3cbfbf2e494567f3933a14cd27107e4a287a162a9409',
  ],
  [
    'fields of the relay',
    video({ style: 'noir', image: png, camera: { zoom: 1 } }),
    'e5b308e52bc356346d96e79fbddfc12e6a6b7e6c54603b1985f13c1c8e9a7fda',
  ],
  [
    'a length in a field of the relay',
    video({ duration: 10 }),
    'bf7754ccb1162788dfc45d89e225ad92ed794caf62f873f428a4771709ad3a47',
  ],
  [
    'a length in text in a field of the relay',
    video({ video_length: '10', size: '1280x720' }),
    'd1e8f81e6870ddd4ffef666325af112dca80c5d2011d26ec11210f252c35aadd',
  ],
  [
    'the usual length in a field of the relay',
    video({ duration: 4 }),
    '5a2f615c87a3ea0cbcb02eda087775b2f3e3d133cc53b7893c8cbb8184a49cac',
  ],
  [
    'a length said twice',
    video({ seconds: 8, duration: 8 }),
    '4c45a4cc351b0898e56f4ab47ce53c8cc6432cc9c79328f5974acc11f320a85c',
  ],
  [
    'a chat with pictures',
    chat({ messages: [{ role: 'user', content: pictures }] }),
    '595e6d00c8b4668f1f020e17445a096d001538add896cc5880cf168909848f41',
  ],
  [
    'a chat with inputs',
    chat({ aspect_ratio: '9:16', image: png, audio: true }),
    'ebcb54ee8299f05621846bbb82c785c2fb04a5fe5e4b0292a9ac5cdd66019cbc',
  ],
  [
    'a chat with a length',
    chat({ duration: 10, size: '1280x720', n: 2 }),
    '3462a309062cb4190302038c0859d81be464da8de8f76274e14b9e29f842b7d9',
  ],
  [
    'a chat with names of tools',
    chat({ tools: ['a'], tool_choice: {} }),
    '6c93920394f8a43c41f56738015f49a5944d94c10ce6c83fa67ab6a3954cdc5e',
  ],
  [
    'a remix by history',
    remix(video({ seconds: 8, style: 'noir' }), { id: 'sora-2' }),
    '7e42b07bca9328825bfd917462a0bae869188d7d4236cf8a2df55b399db0b289',
  ],
  [
    'a remix of a video with a length of the relay',
    remix(video({ duration: 10 }), { id: 'sora-2' }),
    'eb52382f552d909626abd2bc50ecc8b18d3bbb1248fdd9055a9c3e0120dc1595',
  ],
  [
    'a remix by id',
    remix(video({ seconds: 8 }), { id: 'sora-2', remix: 'target_id' }),
    '50c9b89b17413b4e24a6e93bc7b9aa75b8a3399f7cbc2b013fbd8c00ec37d389',
  ],
  [
    'a remix told by fields',
    remix(video({ seconds: 10 }, byField), byField),
    'b9e0dd8291435edb1a9b236baad7c8b626228079e48a44608fde843c34a3a8b6',
  ],
  [
    'a remix of a model of another name',
    remix(video({}, bare), bare),
    '7c397f450e7030f0ff9553c51ced69b179b22e386c591acf265a56bb942ee109',
  ],
  [
    'an aspect ratio of a model of other habits',
    video({ aspect_ratio: '9:16' }, wide),
    '78141a151b0316a1584d1bce5102943868e0c282e00002cd9e4ce7d7a68381e2',
  ],
  [
    'a length in a field of a model of other habits',
    video({ duration: 10 }, wide),
    '048535c7b3030300b08f54fa868911a8d334d441b9e5fcf654a51fbddac70c8b',
  ],
  [
    'a length in a field beside the name',
    video({ duration: 15 }, byName),
    'c948954bdd084d8aed945e5b5f9c4613a84b088ea2753f422a84a99c445c43a9',
  ],
]
