// Where and how a link to a video stands in an answer: its name, the address that is the result, the body.

import { say } from './answers.ts'

const V = 'https://cdn.example.net/o/9f8e7d.mp4'
const U = 'https://storage.example.net/blob/9f8e7d6c5b4a?sig=abc123&exp=99'
const T = 'https://cdn.example.net/o/9f8e7d.jpg'
const J = (value: unknown): string => JSON.stringify(value)
const ev = (...list: readonly unknown[]): string =>
  list.map((value) => `data: ${J(value)}\n\n`).join('') + 'data: [DONE]\n\n'
const msg = (message: unknown): string =>
  J({ id: 'c', object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }] })

export const placesOfLinks: readonly (readonly [string, string, string])[] = [
  ['plain link', V, say(`Here you go: ${V}`)],
  ['cjk glued', V, say(`视频已生成：${V}，有效期24小时。`)],
  ['cjk glued noext', U, say(`视频地址：${U}（24小时内有效）`)],
  ['label below', U, say(`Your video is ready!\n\n${U}\n`)],
  ['label line above zh', U, say(`视频生成成功\n\n视频链接：\n${U}\n`)],
  ['thumb then video md', V, say(`![thumb](${T})\n[▶️ Watch](${V})`)],
  ['image md with video link nested', V, say(`[![cover](${T})](${V})`)],
  ['image md of mp4', V, say(`![video](${V})`)],
  ['html a', U, say(`<a href="${U}">Download MP4</a>`)],
  ['html video src single quotes', U, say(`<video src='${U}' controls></video>`)],
  ['html video escaped', U, say(`&lt;video src=&quot;${U}&quot;&gt;&lt;/video&gt; \n ${U}`)],
  ['source', U, say(`<video controls><source src="${U}" type="video/mp4"></video>`)],
  ['iframe', U, say(`<iframe src="${U}"></iframe>`)],
  ['relative md', 'https://relay.example/files/v/123.mp4', say(`[video](/files/v/123.mp4)`)],
  [
    'relative html',
    'https://relay.example/v1/files/abc/content',
    say(`<video src="/v1/files/abc/content" controls></video>`),
  ],
  ['json text', U, say(J({ video_url: U, cover_url: T, status: 'succeeded' }))],
  ['json fenced', U, say('```json\n' + J({ status: 'success', data: { url: U } }) + '\n```')],
  ['python repr', U, say(`{'status': 'success', 'video_url': '${U}', 'cover': None}`)],
  ['url: label', U, say(`status: success\nurl: ${U}\nduration: 8s`)],
  ['md bold label', U, say(`**Video URL:** ${U}`)],
  ['backtick url', V, say('Video: `' + V + '`')],
  ['angle', V, say(`<${V}>`)],
  ['quoted', V, say(`"${V}"`)],
  ['table', V, say(`| id | link |\n|---|---|\n| 1 | ${V} |`)],
  ['list numbered', V, say(`1. ${V}\n2. https://cdn.example.net/o/second.mp4`)],
  ['ref link', V, say(`[Watch][1]\n\n[1]: ${V}`)],
  [
    'footer ads',
    V,
    say(
      `${V}\n\n---\nPowered by [CoolAI](https://cool.example.com) · [Discord](https://discord.gg/xyz)`,
    ),
  ],
  ['ads before', U, say(`[官网](https://cool.example.com)\n视频：${U}`)],
  ['prompt echo w link', V, say(`Prompt: animate https://img.example.org/in.mp4\nResult: ${V}`)],
  [
    'choice video_url',
    U,
    J({
      choices: [
        { message: { role: 'assistant', content: '' }, video_url: U, finish_reason: 'stop' },
      ],
    }),
  ],
  ['message.video.url', U, msg({ role: 'assistant', content: '', video: { url: U } })],
  ['message.videos', U, msg({ role: 'assistant', content: '', videos: [{ url: U }] })],
  [
    'message.attachments',
    U,
    msg({ role: 'assistant', content: 'Done', attachments: [{ type: 'video', url: U }] }),
  ],
  [
    'message.media',
    U,
    msg({ role: 'assistant', content: null, media: [{ kind: 'video', src: U }] }),
  ],
  [
    'content parts',
    U,
    msg({
      role: 'assistant',
      content: [
        { type: 'text', text: 'ok' },
        { type: 'video_url', video_url: { url: U } },
      ],
    }),
  ],
  [
    'content parts flat',
    U,
    msg({ role: 'assistant', content: [{ type: 'video_url', video_url: U }] }),
  ],
  [
    'content parts file',
    U,
    msg({
      role: 'assistant',
      content: [{ type: 'file', file: { url: U, mime_type: 'video/mp4' } }],
    }),
  ],
  [
    'images array w/ video',
    V,
    msg({ role: 'assistant', content: '', images: [{ type: 'image_url', image_url: { url: V } }] }),
  ],
  [
    'delta images mp4',
    V,
    ev({ choices: [{ delta: { images: [{ type: 'image_url', image_url: { url: V } }] } }] }),
  ],
  ['delta video', U, ev({ choices: [{ delta: { video: { url: U } } }] })],
  [
    'responses event',
    U,
    ev(
      { type: 'response.output_text.delta', delta: `[video](${U})` },
      { type: 'response.completed', response: { status: 'completed', output: [] } },
    ),
  ],
  [
    'responses doc',
    U,
    J({
      id: 'r',
      object: 'response',
      status: 'completed',
      output: [{ type: 'message', content: [{ type: 'output_text', text: `Video: ${U}` }] }],
    }),
  ],
  [
    'gemini',
    U,
    J({
      candidates: [
        {
          content: { parts: [{ fileData: { mimeType: 'video/mp4', fileUri: U } }] },
          finishReason: 'STOP',
        },
      ],
    }),
  ],
  [
    'gemini op',
    U,
    J({
      name: 'operations/x',
      done: true,
      response: { generateVideoResponse: { generatedSamples: [{ video: { uri: U } }] } },
    }),
  ],
  ['openai images style', V, J({ created: 1, data: [{ url: V }] })],
  ['data no ext', U, J({ created: 1, data: [{ url: U }] })],
  [
    'ali output',
    U,
    J({ request_id: 'x', output: { task_id: 't', task_status: 'SUCCEEDED', video_url: U } }),
  ],
  [
    'kling',
    V,
    J({
      code: 0,
      message: 'SUCCEED',
      data: {
        task_id: '1',
        task_status: 'succeed',
        task_result: { videos: [{ id: 'v', url: V, duration: '5' }] },
      },
    }),
  ],
  ['vidu', U, J({ state: 'success', creations: [{ id: '1', url: U, cover_url: T }] })],
  ['runway', U, J({ id: 'x', status: 'SUCCEEDED', output: [U] })],
  [
    'replicate',
    U,
    J({
      id: 'x',
      status: 'succeeded',
      output: U,
      urls: {
        get: 'https://api.replicate.com/v1/predictions/x',
        cancel: 'https://api.replicate.com/v1/predictions/x/cancel',
      },
    }),
  ],
  ['fal', U, J({ video: { url: U, content_type: 'video/mp4', file_name: 'o.mp4' }, seed: 4 })],
  [
    'minimax',
    U,
    J({
      file: { file_id: 1, download_url: U, filename: 'output.mp4' },
      base_resp: { status_code: 0, status_msg: 'success' },
    }),
  ],
  ['luma', U, J({ id: 'x', state: 'completed', assets: { video: U, image: T } })],
  ['pika', U, J({ id: 'x', status: 'finished', url: U, progress: 100 })],
  [
    'volc',
    U,
    J({
      id: 'cgt-1',
      status: 'succeeded',
      content: { video_url: U },
      usage: { completion_tokens: 1 },
    }),
  ],
  [
    'siliconflow',
    U,
    J({
      status: 'Succeed',
      reason: '',
      results: { videos: [{ url: U }], timings: { inference: 1 }, seed: 1 },
    }),
  ],
  [
    'zhipu',
    U,
    J({ task_status: 'SUCCESS', video_result: [{ url: U, cover_image_url: T }], request_id: '1' }),
  ],
  ['tencent', U, J({ Response: { Status: 'DONE', ResultVideoUrl: U, RequestId: 'x' } })],
  ['pixverse', U, J({ ErrCode: 0, ErrMsg: 'success', Resp: { id: 1, status: 1, url: U } })],
  ['comfy', V, J({ outputs: { '9': { gifs: [{ filename: 'a.mp4', url: V, type: 'output' }] } } })],
  ['hf list', U, J([{ generated_video: { url: U } }])],
  [
    'tool call',
    U,
    ev(
      {
        choices: [
          {
            delta: {
              tool_calls: [
                { function: { name: 'x', arguments: '{"url":"https://a.example/b.mp4"}' } },
              ],
            },
          },
        ],
      },
      { choices: [{ delta: { content: `Video: ${U}` } }] },
    ),
  ],
  ['mov', 'https://cdn.example.net/a.mov', say('https://cdn.example.net/a.mov')],
  [
    'webm q',
    'https://cdn.example.net/a.webm?x=1#t',
    say('Result https://cdn.example.net/a.webm?x=1#t'),
  ],
  ['uppercase ext', 'https://cdn.example.net/A.MP4', say('https://cdn.example.net/A.MP4')],
  [
    'space-split percent 100 then link',
    U,
    ev(
      { choices: [{ delta: { content: '进度：100%\n' } }] },
      { choices: [{ delta: { content: U } }] },
    ),
  ],
  [
    'reasoning then content',
    V,
    ev(
      {
        choices: [
          { delta: { reasoning_content: 'Uploading to https://cdn.example.net/tmp/x.mp4\n' } },
        ],
      },
      { choices: [{ delta: { content: V } }] },
    ),
  ],
  [
    'only reasoning',
    V,
    ev(
      { choices: [{ delta: { reasoning_content: `done: ${V}\n` } }] },
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
    ),
  ],
  [
    'wm + clean',
    'https://cdn.example.net/clean.mp4',
    say(
      'With watermark: https://cdn.example.net/wm.mp4\nNo watermark: https://cdn.example.net/clean.mp4',
    ),
  ],
  [
    'zh wm + clean',
    'https://cdn.example.net/clean.mp4',
    say('有水印：https://cdn.example.net/wm.mp4\n无水印：https://cdn.example.net/clean.mp4'),
  ],
  [
    'hd & sd',
    'https://cdn.example.net/hd.mp4',
    say('[SD](https://cdn.example.net/sd.mp4) [HD](https://cdn.example.net/hd.mp4)'),
  ],
  ['fail then success', V, say(`❌ Attempt 1 failed: timeout\nRetrying...\n✅ Done ${V}`)],
  [
    'ndjson',
    U,
    J({ status: 'processing', progress: 10 }) +
      '\n' +
      J({ status: 'completed', video_url: U }) +
      '\n',
  ],
  ['sse no data prefix json', U, J({ status: 'completed', result: { video: { link: U } } })],
  [
    'event complete',
    U,
    'event: progress\ndata: {"progress":50}\n\nevent: complete\ndata: ' + J({ url: U }) + '\n\n',
  ],
  ['multiline data', U, 'data: {"video_url":\ndata: "' + U + '"}\n\n'],
  ['link in error-free details', V, J({ success: true, detail: { link: V } })],
  ['ru', U, say(`Ваше видео готово: ${U}`)],
  ['ar', V, say(`الفيديو جاهز: ${V}`)],
  ['th', V, say(`วิดีโอของคุณพร้อมแล้ว ${V}`)],
  ['it', U, say(`Ecco il tuo video: ${U}`)],
  ['pl', U, say(`Twoje wideo jest gotowe: ${U}`)],
  ['hi', U, say(`आपका वीडियो तैयार है: ${U}`)],
  ['uk', U, say(`Ваше відео готове: ${U}`)],
  ['noext nolabel done', U, say(`Done!\n${U}`)],
  ['noext signed only', U, say(U)],
  [
    'unsigned noext only',
    'https://files.example.net/d/9f8e7d6c5b4a',
    say('https://files.example.net/d/9f8e7d6c5b4a'),
  ],
  [
    'ipfs',
    'https://ipfs.io/ipfs/QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKS8',
    say('Video: https://ipfs.io/ipfs/QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKS8'),
  ],
  [
    'drive',
    'https://drive.google.com/uc?export=download&id=1abc',
    say('Download: https://drive.google.com/uc?export=download&id=1abc'),
  ],
  ['escaped slashes', V, say('"video":"' + V.replaceAll('/', '\\/') + '"')],
  ['http ip', 'http://127.0.0.1:8000/output/a.mp4', say('http://127.0.0.1:8000/output/a.mp4')],
  [
    'port path',
    'http://203.0.113.9:7860/file=/tmp/gradio/a.mp4',
    say('http://203.0.113.9:7860/file=/tmp/gradio/a.mp4'),
  ],
  [
    'parens in url',
    'https://cdn.example.net/a(1).mp4',
    say('[video](https://cdn.example.net/a(1).mp4)'),
  ],
  ['underscore emphasis', V, say(`*${V}*`)],
  ['double star', V, say(`**${V}**`)],
  ['trailing quote cjk', V, say(`「${V}」`)],
  ['pipe', V, say(`${V}|${T}`)],
  ['comma list', V, say(`${V},${T}`)],
  ['json array text', V, say(J([V]))],
  ['json nested string', U, say(J({ code: 200, data: J({ url: U, type: 'video' }) }))],
  ['xml', U, say(`<result><video_url>${U}</video_url></result>`)],
  ['bbcode', V, say(`[video]${V}[/video]`)],
  [
    'url-encoded param',
    'https://relay.example/proxy?url=https%3A%2F%2Fcdn.example.net%2Fa.mp4',
    say('Watch: https://relay.example/proxy?url=https%3A%2F%2Fcdn.example.net%2Fa.mp4'),
  ],
  ['poster attr', V, say(`<video poster="${T}" src="${V}"></video>`)],
  ['gif preview + mp4', V, say(`![preview](https://cdn.example.net/p.gif)\n${V}`)],
  ['rules of the house below', V, say(V + '\n\n⚠️ 请勿生成违规内容，否则封号')],
  ['a rule with a mark below', V, say(V + '\n\n❗ Content must follow our community guidelines.')],
  ['what is prohibited below', V, say(V + '\n\n⚠️ NSFW content is prohibited on this platform.')],
  ['what is prohibited, in Chinese', V, say(V + '\n\n⚠️ 本平台禁止生成色情、暴力内容')],
  [
    'what may happen below',
    V,
    say(V + '\n\nNote: if generation fails due to content policy, credits are refunded'),
  ],
  [
    'a threat below',
    V,
    say(V + '\n\n⚠️ Links expire in 24 h. Violations of our terms lead to bans.'),
  ],
  [
    'rules in Russian below',
    V,
    say(V + '\n\n⚠️ Видео хранится 24 часа. Запрещено использовать для насилия.'),
  ],
  ['a failure of something else', V, say(V + '\n\n⚠️ Failed to save to history.')],
  ['one of several was refused', V, say(V + '\n\n❌ 2 of 3 videos failed: content policy')],
  [
    'a safety check before',
    V,
    ev(
      {
        choices: [
          { delta: { reasoning_content: 'Safety check: does this violate policy? No.\n' } },
        ],
      },
      { choices: [{ delta: { content: V } }] },
    ),
  ],
  [
    'an attempt that was refused before',
    V,
    say('❌ 第一次失败: 内容审核\n', '🔄 正在重试\n', '✅ ' + V),
  ],
  ['a check that passed before', V, say('检查提示词是否违规... 通过\n', V)],
  ['a disclaimer above', V, say('⚠️ 免责声明：AI 生成内容，请遵守法律法规\n\n' + V)],

  [
    'letters beyond ASCII',
    'https://cdn.example.net/%E6%88%90%E5%93%81/%E7%8C%AB(1).mp4',
    say('下载：\nhttps://cdn.example.net/成品/猫(1).mp4\n'),
  ],
  [
    'a host beyond ASCII',
    'https://xn--d1acpjx3f.example/1.mp4',
    say('Готово: https://яндекс.example/1.mp4'),
  ],
  ['a sentence behind it without a space', U, say(`地址${U}视频已生成`)],
  [
    'CDATA',
    'https://cdn.example.net/1.mp4?a=1&b=2',
    say(
      '<r><status>0</status><video><![CDATA[https://cdn.example.net/1.mp4?a=1&b=2]]></video></r>',
    ),
  ],
  ['IPv6', 'http://[2001:db8::9]:8080/out/1.mp4', say('http://[2001:db8::9]:8080/out/1.mp4')],
  [
    'escaped as Markdown',
    'https://cdn.example.net/a_b_c.mp4',
    say('https://cdn.example.net/a\\_b\\_c.mp4'),
  ],
  [
    'emphasis around it',
    'https://cdn.example.net/a_b.mp4',
    say('_https://cdn.example.net/a_b.mp4_'),
  ],
  [
    'a tilde that is its own',
    'https://cdn.example.net/a.mp4?s=x~',
    say('`https://cdn.example.net/a.mp4?s=x~`'),
  ],
  [
    'a path behind its name',
    'https://relay.example/view?filename=o.mp4&type=output',
    say('Done.\nVideo: /view?filename=o.mp4&type=output'),
  ],
  [
    'the machine’s own path beside it',
    V,
    J([{ video: { path: '/tmp/gradio/9f/v.mp4', url: V, mime_type: null } }]),
  ],
  [
    'a frame and the file',
    V,
    say(`<iframe src="https://player.example.net/embed/7"></iframe>\n[Direct MP4](${V})`),
  ],
  [
    'an example in front',
    V,
    say('Welcome (example: https://demo.example.net/sample.mp4 )\nYour video: ' + V),
  ],
  [
    'the state of something beside it',
    U,
    J({
      code: 0,
      data: { status: 'SUCCESS', data: { video_url: U, upsample_status: 'STATUS_FAILED' } },
    }),
  ],
  [
    'one of two was filtered',
    U,
    J({
      done: true,
      response: {
        raiMediaFilteredCount: 1,
        raiMediaFilteredReasons: ['1 video violated usage guidelines.'],
        generatedSamples: [{ video: { uri: U } }],
      },
    }),
  ],
  [
    'a batch of which one was refused',
    V,
    say(
      `✅ Shot 1: ${V}\n❌ Shot 2: failed\n\n⚠️ Errors:\nShot 2 failed: the input text may contain sensitive information`,
    ),
  ],
  [
    'without a watermark',
    U,
    J({
      status: 'completed',
      works: [
        { video: { resource: 'https://cdn.example.net/wm.mp4', resource_without_watermark: U } },
      ],
    }),
  ],
  ['traditional Chinese', U, say(`影片已產生完成，下載連結：${U}`)],
]
