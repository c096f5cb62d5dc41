// Short answers beside answers.ts: what came of them is a link, or the codes that are honest. Worded after
// what vendors publish (Volcengine, Tencent Cloud, PixVerse, Vidu, Runway, fal, Replicate, kie, Vertex,
// Anthropic, Ollama) and how relays talk; `!` says that no link of it may be taken.

import { say } from './answers.ts'

const X = 'https://bucket.example/7f3a/obj'
const M = 'https://bucket.example/7f3a/obj.mp4'
const j = (value: unknown): string => JSON.stringify(value)
const msg = (message: unknown): string => j({ choices: [{ message, finish_reason: 'stop' }] })

/** Name, body, what it means, status. */
export const shortAnswers: readonly (readonly [string, string, string, number?])[] = [
  [
    'refusal field',
    msg({ content: null, refusal: "I can't help with creating that video." }),
    'content_policy|not_a_video',
  ],
  ['event failed', 'event: failed\ndata: {"message":"Insufficient credits"}\n\n', 'quota'],
  [
    'response.failed',
    `data: ${j({ type: 'response.failed', response: { id: 'r', status: 'failed', error: { code: 'rate_limit_exceeded', message: 'slow' } } })}\n\n`,
    'rate_limited',
  ],
  [
    'response.incomplete',
    `data: ${j({ type: 'response.incomplete', response: { status: 'incomplete', incomplete_details: { reason: 'content_filter' } } })}\n\n`,
    'content_policy',
  ],
  [
    'gpu oom',
    j({ status: 'error', message: 'CUDA out of memory' }),
    'upstream_error|upstream_unavailable',
  ],
  [
    'detail obj',
    j({ detail: { error: 'Model overloaded', code: 'busy' } }),
    'upstream_unavailable',
  ],
  ['result code', j({ result: { code: 500, message: '生成失败' } }), 'upstream_error'],
  [
    'data status',
    j({ code: 200, data: { status: 'failed', error: 'NSFW content detected' } }),
    'content_policy',
  ],
  [
    'kie json',
    j({
      code: 200,
      msg: 'success',
      data: { taskId: 't', state: 'success', resultJson: j({ resultUrls: [X] }) },
    }),
    X,
  ],
  [
    'kie resp',
    j({ code: 200, msg: 'success', data: { successFlag: 1, response: { resultUrls: [M] } } }),
    M,
  ],
  ['success list', j({ success: true, data: [X] }), X],
  ['videos list', j({ videos: [X] }), X],
  ['video str', j({ video: X }), X],
  ['output results', j({ output: { results: [{ url: X, orig_prompt: 'x' }] } }), X],
  ['generations', j({ generations: [{ id: 1, url: X, status: 'completed' }] }), X],
  ['thumb', j({ url: X, thumbnail: 'https://x.example/t' }), X],
  ['content list', msg({ content: [{ type: 'video', video: { url: X } }] }), X],
  [
    'file part',
    msg({ content: [{ type: 'file', file: { file_url: X, mime_type: 'video/mp4' } }] }),
    X,
  ],
  [
    'resource link',
    msg({ content: [{ type: 'resource_link', uri: X, mimeType: 'video/mp4' }] }),
    X,
  ],
  [
    'attachments',
    msg({ content: 'done', attachments: [{ url: X, content_type: 'video/mp4' }] }),
    X,
  ],
  ['media', msg({ content: '', media: [{ type: 'video', src: X }] }), X],
  ['assets', msg({ content: '', generated_assets: { final_video_url: X } }), X],
  ['relative structured', j({ video_url: '/files/1.mp4' }), 'https://relay.example/files/1.mp4'],
  ['here you go', say(`Here you go 👉 ${X}`), X],
  ['addr', say(`视频地址：${X}`), X],
  ['result', say(`Result: ${X}`), X],
  ['bold', say(`**Video URL:** ${X}`), X],
  ['emoji', say(`🎬 ${X}`), X],
  ['list', say(`1. ${M}\n2. https://bucket.example/b.mp4`), M],
  ['link link', say(`Download: [link](${X})`), X],
  ['file name', say(`[video.mp4](${X})`), X],
  ['iframe', say(`<iframe src="${X}"></iframe>`), X],
  ['table', say(`| Video | ${M} |`), M],
  ['quote', say(`> ${M}`), M],
  ['fence json', say(`Done!\n\`\`\`json\n{"video_url": "${X}"}\n\`\`\``), X],
  ['your video', say(`Your video is ready! Watch it here: ${X}`), X],
  ['ready two lines', say(`Video generated successfully!\n\n${X}`), X],
  ['chinese two lines', say(`视频生成成功！\n\n${X}`), X],
  [
    'portal',
    say('The video will appear in your dashboard: https://portal.example/app/videos'),
    '!empty_result|not_a_video|truncated_stream',
  ],
  [
    'curl',
    say('Usage: curl -X POST https://api.example/v1/videos -d \'{"prompt":"a"}\''),
    '!not_a_video|empty_result',
  ],
  ['contact', say('视频生成失败，请联系客服 https://t.me/abc'), '!upstream_error'],
  [
    'check status',
    say('Task created. Check https://relay.example/tasks/abc for progress.'),
    '!empty_result|truncated_stream|not_a_video',
  ],
  [
    'policy page',
    say('❌ Your prompt violates our policy. See https://openai.com/policies/usage'),
    '!content_policy',
  ],
  [
    'sample',
    say('❌ Failed. Example of a good video: https://cdn.example/sample.mp4'),
    '!upstream_error',
  ],
  ['text 500', 'Internal Server Error', 'outcome_unknown|upstream_error', 500],
  ['text 429', 'Too many requests, slow down', 'rate_limited', 429],
  ['text 400', 'Insufficient balance', 'quota', 400],
  ['bad gw', 'Bad Gateway', 'outcome_unknown|upstream_error', 502],
  ['up timeout', 'upstream request timeout', 'gateway_timeout|timeout', 504],
  ['403 text', j({ error: 'Forbidden' }), 'auth', 403],
  [
    '403 content',
    j({ error: { message: 'Your prompt was flagged by moderation' } }),
    'content_policy',
    403,
  ],
  ['401', j({ message: 'Unauthorized' }), 'auth', 401],
  ['404 path', j({ detail: 'Not Found' }), 'upstream_error|invalid_request', 404],
  [
    '500 invalid',
    j({
      error: {
        message: 'duration 25 is not supported for this model',
        code: 'convert_request_failed',
      },
    }),
    'invalid_request',
    500,
  ],
  [
    '503 plain',
    j({ error: { message: 'Service temporarily unavailable', code: 'service_unavailable' } }),
    'upstream_unavailable',
    503,
  ],
  [
    '500 timeout',
    j({ error: { message: 'context deadline exceeded' } }),
    'gateway_timeout|timeout',
    500,
  ],
  ['balance zh', say('您的余额不足，请前往充值中心充值后再试'), 'quota'],
  ['vip', say('免费额度已用完，升级会员可继续使用'), 'quota'],
  ['concurrency', say('当前排队任务过多，请稍后再试'), 'rate_limited|upstream_unavailable'],
  ['ru fail', say('❌ Не удалось создать видео'), 'upstream_error'],
  [
    'ja policy',
    say(
      '申し訳ございません。ご入力いただいた内容は利用規約に違反しているため、動画を生成できませんでした。',
    ),
    'content_policy',
  ],
  ['ko fail', say('영상 생성에 실패했습니다. 잠시 후 다시 시도해 주세요.'), 'upstream_error'],
  ['vi fail', say('Xin lỗi, tạo video thất bại do hết hạn mức hôm nay.'), 'quota|rate_limited'],
  ['es queue', say('El servicio no está disponible en este momento'), 'upstream_unavailable'],
  ['de', say('Die Videogenerierung ist fehlgeschlagen: Zeitüberschreitung'), 'timeout'],
  ['fr', say('Vous avez atteint votre limite quotidienne de crédits'), 'quota|rate_limited'],
  ['id', say('Kuota Anda telah habis'), 'quota'],
  ['tr', say('Video oluşturulamadı'), 'upstream_error'],
  ['pt', say('Sua solicitação foi bloqueada pelo filtro de conteúdo'), 'content_policy'],
  ['celebrity', say("We can't generate videos of public figures."), 'content_policy|not_a_video'],
  ['copyright', say('This content may infringe on third-party rights.'), 'content_policy'],
  ['empty prompt', say('Please provide a prompt.'), 'not_a_video|invalid_request'],
  ['hello', say('Hello! How can I help you today?'), 'not_a_video'],
  [
    'poem',
    say('The sun sets over the hills, and a video of memories plays in my mind.'),
    'not_a_video',
  ],
  [
    'manual',
    say('To generate a video, send a prompt. The model supports 5 or 10 seconds.'),
    'not_a_video',
  ],
  [
    'queue only',
    say('⏳ Your request is in the queue, position 5'),
    'empty_result|truncated_stream',
  ],
  [
    'length',
    j({ choices: [{ message: { content: 'gen' }, finish_reason: 'length' }] }),
    'not_a_video|empty_result|truncated_stream',
  ],
  ['cancelled', j({ id: 't', status: 'cancelled' }), 'upstream_error|cancelled'],
  ['expired', j({ status: 'expired', id: 'x' }), 'upstream_error|timeout'],
  ['moderated', j({ id: '1', status: 'Content Moderated', result: null }), 'content_policy'],
  ['luma', j({ state: 'failed', failure_reason: '400: prompt moderated' }), 'content_policy'],
  [
    'runway',
    j({ id: 't', status: 'FAILED', failure: 'Content flagged', failureCode: 'SAFETY.INPUT.TEXT' }),
    'content_policy',
  ],
  ['pika', j({ error: 'insufficient_credits' }), 'quota', 400],
  [
    'fal422',
    j({
      detail: [
        {
          loc: ['body'],
          msg: 'The content could not be processed because it contained material flagged by a content checker.',
          type: 'content_policy_violation',
        },
      ],
    }),
    'content_policy',
    422,
  ],
  [
    'fal lock',
    j({
      detail:
        'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.',
    }),
    'quota',
    403,
  ],
  [
    'replicate',
    j({ id: 'p', status: 'failed', error: 'Prediction interrupted; please retry (code: PA)' }),
    'upstream_error',
  ],
  [
    'replicate nsfw',
    j({
      id: 'p',
      status: 'failed',
      error: 'NSFW content detected. Try running it again, or try a different prompt.',
      input: { prompt: 'see ' + M },
    }),
    'content_policy',
  ],
  [
    'fail then poll',
    say('任务已提交，任务ID: abc\n', '生成中...\n', '任务失败：上游返回 429 Too Many Requests\n'),
    'rate_limited',
  ],
  [
    'hf',
    j({ error: 'Model too busy, unable to get response in less than 60 second(s)' }),
    'upstream_unavailable',
    503,
  ],
  ['markdown neutral', say(`Your clip: [abc](${X})`), X],
  ['m3u8', say(`[▶ Play](https://x.example/a.m3u8)`), 'https://x.example/a.m3u8'],
  ['upper', say('INSUFFICIENT BALANCE'), 'quota'],
  ['no space', say('账户已欠费停用'), 'quota|auth'],
  [
    'stuck',
    say(
      'Generating...\n',
      'Generating...\n',
      'Sorry, the operation was aborted because it exceeded the 10 minute limit.',
    ),
    'timeout',
  ],
  [
    'grpc',
    j({
      error: {
        code: 8,
        message: '8 RESOURCE_EXHAUSTED: Received message',
        status: 'RESOURCE_EXHAUSTED',
      },
    }),
    'rate_limited|upstream_unavailable',
  ],
  [
    'code str msg',
    j({ code: 'InvalidParameter.Duration', message: 'duration is out of range' }),
    'invalid_request',
    400,
  ],
  [
    'volc',
    j({
      ResponseMetadata: {
        RequestId: 'x',
        Error: { Code: 'AccessDenied', Message: 'You do not have access' },
      },
    }),
    'auth',
    403,
  ],
  [
    'volc200',
    j({
      ResponseMetadata: {
        RequestId: 'x',
        Error: { CodeN: 50411, Code: 'Pre Img Risk Not Pass', Message: 'Pre Img Risk Not Pass' },
      },
    }),
    'content_policy|upstream_error',
  ],
  [
    'tencent',
    j({
      Response: {
        Error: { Code: 'FailedOperation.ResourcePackExhausted', Message: '资源包余量已用尽' },
        RequestId: 'r',
      },
    }),
    'quota',
  ],
  [
    'vidu err',
    j({ state: 'failed', err_code: 'TaskPromptPolicyViolation', creations: [] }),
    'content_policy',
  ],
  [
    'pixverse',
    j({ ErrCode: 500054, ErrMsg: 'Your account balance is not enough', Resp: {} }),
    'quota',
  ],
  [
    'pixverse ok',
    j({ ErrCode: 0, ErrMsg: 'Success', Resp: { id: 1, status: 1, url: X, seed: 1 } }),
    X,
  ],
  ['haiper', j({ status: 'failure', error: { name: 'NSFW', message: '' } }), 'content_policy'],
  [
    'done false',
    j({
      name: 'operations/1',
      done: true,
      error: {
        code: 3,
        message:
          'The prompt could not be submitted. This prompt contains words that violate Vertex AI usage guidelines.',
      },
    }),
    'content_policy',
  ],
  ['string in data', j({ code: 200, data: M }), M],
  ['nested str', j({ code: 0, data: { content: j({ video_url: X }) } }), X],
  ['content json list', say(j([{ type: 'video', url: X }])), X],
  [
    'multi choices',
    j({
      choices: [
        { index: 0, message: { content: `[Watch](${X})` } },
        { index: 1, message: { content: `[Watch](${M})` } },
      ],
    }),
    X,
  ],
  [
    'anthropic',
    `event: content_block_delta\ndata: ${j({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: `🎬 [Download](${X})` } })}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n`,
    X,
  ],
  [
    'ollama',
    `${j({ model: 'x', message: { role: 'assistant', content: `<video src='${X}'>` }, done: false })}\n${j({ done: true, done_reason: 'stop' })}\n`,
    X,
  ],
  [
    'gemini stream',
    `data: ${j({ candidates: [{ content: { parts: [{ text: `Video: ${X}?sig=1` }] }, finishReason: 'STOP' }] })}\n\n`,
    X + '?sig=1',
  ],
  [
    'fileData',
    j({
      candidates: [{ content: { parts: [{ fileData: { mimeType: 'video/mp4', fileUri: X } }] } }],
    }),
    X,
  ],
  ['img only', say('![x](https://cdn.example/p.png)'), '!not_a_video|empty_result'],
  [
    'thumb only',
    j({ status: 'succeeded', output: { cover_url: 'https://cdn.example/c.jpg' } }),
    '!empty_result|not_a_video|truncated_stream',
  ],
  [
    'audio only',
    j({ status: 'succeeded', audio_url: 'https://cdn.example/a.mp3' }),
    '!empty_result|not_a_video',
  ],
  [
    'status link',
    j({
      id: 'a',
      status: 'queued',
      status_url: 'https://queue.fal.example/x/status',
      response_url: 'https://queue.fal.example/x',
      cancel_url: 'https://queue.fal.example/x/cancel',
    }),
    '!empty_result|truncated_stream',
  ],
  ['processing w url', j({ status: 'processing', video_url: M }), '!empty_result|truncated_stream'],
  ['refund ru', say('❌ Ошибка генерации. Кредиты возвращены на баланс.'), 'upstream_error'],
  ['refund zh', say('视频生成失败：服务器内部错误，已退还积分'), 'upstream_error'],
  ['safety zh', say('很抱歉，您的提示词包含敏感词，请修改后重试'), 'content_policy'],
  ['face', say('⚠️ 检测到真人图片，不支持生成'), 'content_policy|invalid_request'],
  ['rejected by review', say('任务审核未通过'), 'content_policy'],
  ['queue full', say('队列已满，请稍后重试'), 'upstream_unavailable|rate_limited'],
  [
    'daily',
    say('You have reached your daily video generation limit. Come back tomorrow.'),
    'rate_limited|quota',
  ],
  ['no credits', say("You don't have enough credits to generate this video."), 'quota'],
  [
    'sub',
    say('Your subscription does not include video generation. Please upgrade.'),
    'quota|auth',
  ],
  ['key missing', j({ error: { message: "You didn't provide an API key." } }), 'auth', 401],
  ['expired', j({ error: { message: '该令牌已过期' } }), 'auth', 401],
  ['disabled', j({ error: { message: 'User has been banned' } }), 'auth', 403],
  ['group', j({ error: { message: '无权访问 vip 分组' } }), 'auth|no_channel', 403],
  [
    'model perm',
    j({ error: { message: '该令牌无权访问模型 sora-2', code: '' } }),
    'auth|no_channel',
    403,
  ],
  [
    'offline',
    j({ error: { message: 'The model `sora-2` has been deprecated' } }),
    'no_channel',
    404,
  ],
  ['too big', j({ error: { message: 'Request body too large' } }), 'invalid_request', 413],
  [
    'ssl',
    j({ error: { message: 'dial tcp: lookup api.openai.com: no such host' } }),
    'upstream_error|upstream_unavailable|outcome_unknown',
    500,
  ],
  [
    'eof',
    j({ error: { message: 'Post "https://api.x.com/v1": EOF', code: 'do_request_failed' } }),
    'upstream_error|outcome_unknown',
    500,
  ],
  ['then done', say('✅ 完成！', `\n[▶️ 在线观看](${X}) | [⏬ 下载视频](${X}/dl)`), X],
  ['nocolon', say(`Video URL ${M}`), M],
  ['retry ok', say('❌ 第1次生成失败，自动重试中...\n', `✅ 生成成功 [点击这里](${X})`), X],
  ['late fail', say(`[点击这里](${X})\n`, '❌ 下载水印失败\n'), X],
  [
    'html err',
    '<html><head><title>Just a moment...</title></head><body>cloudflare challenge</body></html>',
    'upstream_error|auth',
    403,
  ],
  [
    'long prompt echo',
    say(
      'Prompt: a video about insufficient balance and content policy violations\nGenerating video...\n',
    ),
    'empty_result|truncated_stream',
  ],
]
