import { expect, test } from 'vitest'
import { answers, say } from './answers.ts'
import { decodeText } from './manifest.ts'
import { placesOfLinks } from './placesOfLinks.ts'
import { sentences } from './sentences.ts'
import { shortAnswers } from './shortAnswers.ts'

test.each(answers.map((answer) => [answer.name, answer] as const))('%s', (_name, answer) => {
  const { verdict } = decodeText(answer.body, answer)
  if ('url' in answer.means) {
    const { url, others = [] } = answer.means
    expect(verdict).toMatchObject({ is: 'video', url, others })
  } else {
    expect(verdict.is === 'video' ? verdict.url : '').toBe('')
    expect(answer.means).toContain(verdict.is === 'video' ? 'a result' : verdict.failure.code)
  }
})

test('a video of megabytes in place of its address is read once, and not kept as text', () => {
  const url = `data:video/mp4;base64,${'AAAA'.repeat(1_600_000)}`
  const { verdict } = decodeText(say(`<video src="${url}"></video>`))
  expect(verdict.is === 'video' && verdict.url.length).toBe(url.length)
  expect(verdict.evidence.text.length).toBeLessThan(100_000)
})

test.each(shortAnswers.map((answer) => [answer[0], answer] as const))(
  'in short: %s',
  (_, answer) => {
    const [, body, means, status = 200] = answer
    const { verdict } = decodeText(body, { status })
    const said = verdict.is === 'video' ? verdict.url : verdict.failure.code
    expect(means.replace('!', '').split('|')).toContain(said)
  },
)

test.each(placesOfLinks)('the result is found: %s', (_name, url, body) => {
  const { verdict } = decodeText(body)
  expect(verdict.is === 'video' ? verdict.url : verdict.failure.code).toBe(url)
})

test.each([
  'Error: this video violates our policy and was removed',
  '视频内容违规，已被删除',
  '生成的视频未通过审核',
])('a result that the relay takes back is none: %s', (line) => {
  const { verdict } = decodeText(say('https://cdn.example/v.mp4\n', `\n❌ ${line}\n`))
  expect(verdict).toMatchObject({
    is: 'failure',
    failure: { code: 'content_policy', charge: 'certain' },
  })
})

/** How a sentence comes: at once, after work was spoken of, or as an error. */
const ways: Readonly<Record<string, (sentence: string) => string>> = {
  alone: say,
  'after work': (sentence) => say('Generating your video... 12%\n', `❌ ${sentence}`),
  'as an error': (message) => JSON.stringify({ error: { message, type: 'api_error', code: null } }),
}

test.each(
  Object.entries(sentences).flatMap(([codes, list]) => list.map((text) => [codes, text] as const)),
)('%s is what is meant by: %s', (codes, sentence) => {
  for (const [way, wrap] of Object.entries(ways)) {
    const { verdict } = decodeText(wrap(sentence))
    const code = verdict.is === 'video' ? verdict.url : verdict.failure.code
    expect(codes.split('|'), way).toContain(code)
  }
})

const none: readonly (readonly [string, string, string])[] = [
  [
    'a link that broke off',
    '[Click](https://cdn.example.net/out/9f0',
    'truncated_stream|empty_result',
  ],
  [
    'tools of others',
    "I can't create videos, but try these:\n\n1. [One](https://one.example/video)\n",
    'not_a_video',
  ],
  [
    'where to pay',
    'Créditos insuficientes. Recarregue em seu perfil: https://br.example/recarga',
    'quota',
  ],
  [
    'guesses below a failure',
    '⚠️ 生成遇到问题: 没有结果\n\n可能原因：\n1. 额度不足\n2. 服务繁忙\n',
    'upstream_error',
  ],
  [
    'advice below a failure',
    '❌ **Timed out**\n\nWaited 600 seconds.\n\n**Possible solutions:**\n- Try a shorter duration (4 instead of 8)\n',
    'timeout',
  ],
  [
    'an advertisement',
    '📢 本站已更换域名，充值享 8 折！ https://new.example',
    'not_a_video|empty_result',
  ],
  [
    'a robot check',
    JSON.stringify({
      error: { code: 403, message: 'reCAPTCHA evaluation failed', status: 'PERMISSION_DENIED' },
    }),
    'upstream_error',
  ],
  [
    'a name beside its message',
    JSON.stringify({
      statusCode: 400,
      error: 'Bad Request',
      message: 'Moderation rejected this prompt',
    }),
    'content_policy',
  ],
  [
    'a size, not a rate',
    JSON.stringify({ error: { message: 'Failed to read request body: length limit exceeded' } }),
    'invalid_request',
  ],
  ['in Arabic', '❌ فشل إنشاء الفيديو: الصورة مرفوضة لأنها تخالف سياسة المحتوى', 'content_policy'],
  ['in Thai', 'ใช้เวลาเรนเดอร์นานเกินกำหนด', 'timeout'],
  ['in Polish', 'Brak środków: niewystarczające saldo konta', 'quota'],
  ['in Ukrainian', 'Забагато запитів, спробуйте пізніше', 'rate_limited'],
  ['in Italian', 'Crediti esauriti', 'quota'],
  ['in Hindi', 'वीडियो जनरेट नहीं हो सका: सर्वर व्यस्त है', 'upstream_unavailable'],
  ['in Dutch', 'Het genereren van de video is mislukt', 'upstream_error'],
  ['in traditional Chinese', '❌ 額度不足，無法產生影片', 'quota'],
]

test.each(none)('no result and the reason: %s', (_name, text, codes) => {
  const isCut = text.startsWith('[')
  const { verdict } = decodeText(text.startsWith('{') ? text : isCut ? toChunk(text) : say(text))
  expect(verdict.is === 'video' ? verdict.url : verdict.failure.code).toBeOneOf(codes.split('|'))
})

/** Without an end. */
function toChunk(content: string): string {
  return `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`
}

test.each([
  'upstream connect error or disconnect/reset before headers',
  JSON.stringify({ error: { message: 'fetch failed: socket hang up, connection closed' } }),
])('a line that broke behind the relay leaves the outcome unknown: %s', (body) => {
  const { verdict } = decodeText(body, { status: 503 })
  expect(verdict).toMatchObject({
    is: 'failure',
    failure: { code: 'upstream_error', charge: 'possible', outcome: 'unknown' },
  })
})
