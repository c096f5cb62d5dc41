// Answers of relays and vendors in their own envelopes, written here after what each publishes or its
// source sends; `from` says where the wording comes from. The properties take them apart and dress
// them anew.

export interface Answer {
  readonly name: string
  readonly from: string
  readonly status: number
  readonly body: string
  /** The result's address, or the codes that are honest. */
  readonly means: { readonly url: string; readonly others?: readonly string[] } | readonly string[]
  readonly requestLinks?: readonly string[]
}

const V = 'https://cdn.example/out/v1.mp4'
const W = 'https://cdn.example/out/v2.mp4'
/** A result without extension and without a telling host. */
const X = 'https://bucket.example/7f3a/obj?Expires=1790000000&Signature=ab%2F'

export const say = (...texts: readonly string[]): string =>
  `${texts.map((content) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`).join('')}data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`
const events = (...list: readonly unknown[]): string =>
  list.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('')
const json = (value: unknown): string => JSON.stringify(value)
const row = (
  name: string,
  from: string,
  body: string,
  means: Answer['means'],
  status = 200,
): Answer => ({ name, from, body, means, status })

export const answers: readonly Answer[] = [
  // Structured results
  row(
    'Responses events',
    'OpenAI Responses streaming reference',
    events(
      {
        type: 'response.created',
        response: { id: 'resp_1', object: 'response', status: 'in_progress', output: [] },
      },
      { type: 'response.output_text.delta', delta: '🎬 [Watch the video](' },
      { type: 'response.output_text.delta', delta: `${X})` },
      {
        type: 'response.completed',
        response: {
          id: 'resp_1',
          object: 'response',
          status: 'completed',
          output: [
            {
              type: 'message',
              content: [{ type: 'output_text', text: `🎬 [Watch the video](${X})` }],
            },
          ],
        },
      },
    ),
    { url: X },
  ),
  row(
    'Responses document',
    'OpenAI Responses reference',
    json({
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      output: [
        {
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', text: `<video src="${V}"></video>`, annotations: [] }],
        },
      ],
    }),
    { url: V },
  ),
  row(
    'a part with a flat video_url',
    'OpenRouter multimodal parts',
    json({
      choices: [
        {
          message: {
            role: 'assistant',
            content: [
              { type: 'text', text: 'Done' },
              { type: 'video_url', video_url: X },
            ],
          },
        },
      ],
    }),
    { url: X },
  ),
  row(
    'message.videos',
    'OpenRouter image output, by analogy (message.images)',
    events(
      {
        choices: [
          { delta: { content: '', videos: [{ type: 'video_url', video_url: { url: X } }] } },
        ],
      },
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
    ),
    { url: X },
  ),
  row(
    'a field of the choice',
    'one-api forks',
    json({
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'ok' },
          video_url: X,
          finish_reason: 'stop',
        },
      ],
    }),
    { url: X },
  ),
  row(
    'Ark task',
    'Volcengine Ark, query a content generation task',
    json({
      id: 'cgt-1',
      model: 'doubao-seedance-1-0',
      status: 'succeeded',
      content: { video_url: X, last_frame_url: 'https://cdn.example/last.png' },
      usage: { total_tokens: 1 },
    }),
    { url: X },
  ),
  row(
    'DashScope task',
    'Alibaba Model Studio, wan video synthesis',
    json({
      request_id: 'r',
      output: {
        task_id: 't',
        task_status: 'SUCCEEDED',
        video_url: X,
        orig_prompt: 'see https://me.example/in.mp4',
      },
    }),
    { url: X },
  ),
  row(
    'Kling task',
    'Kling open platform, text2video',
    json({
      code: 0,
      message: 'SUCCEED',
      request_id: 'r',
      data: {
        task_id: '1',
        task_status: 'succeed',
        task_result: { videos: [{ id: '2', url: X, duration: '5' }] },
      },
    }),
    { url: X },
  ),
  row(
    'Vidu task',
    'Vidu API, creations',
    json({
      state: 'success',
      err_code: '',
      credits: 4,
      creations: [{ id: '1', url: X, cover_url: 'https://cdn.example/c.jpg', watermarked_url: W }],
    }),
    { url: X },
  ),
  row(
    'MiniMax file',
    'MiniMax file retrieve',
    json({
      file: { file_id: 1, filename: 'output.mp4', purpose: 'video_generation', download_url: X },
      base_resp: { status_code: 0, status_msg: 'success' },
    }),
    { url: X },
  ),
  row(
    'Gemini operation',
    'Gemini API, Veo operations',
    json({
      name: 'models/veo/operations/1',
      done: true,
      response: { generateVideoResponse: { generatedSamples: [{ video: { uri: X } }] } },
    }),
    { url: X },
  ),
  row(
    'Gemini inline data',
    'Gemini generateContent parts',
    json({
      candidates: [
        {
          content: {
            parts: [{ inlineData: { mimeType: 'video/mp4', data: 'AAAAIGZ0eXBpc29t'.repeat(8) } }],
          },
          finishReason: 'STOP',
        },
      ],
    }),
    { url: `data:video/mp4;base64,${'AAAAIGZ0eXBpc29t'.repeat(8)}` },
  ),
  row(
    'Replicate prediction',
    'Replicate HTTP API',
    json({
      id: 'p',
      status: 'succeeded',
      input: { prompt: 'x', image: 'https://me.example/in.mp4' },
      output: X,
      urls: {
        get: 'https://api.replicate.example/v1/predictions/p',
        cancel: 'https://api.replicate.example/v1/predictions/p/cancel',
      },
      error: null,
    }),
    { url: X },
  ),
  row(
    'fal result',
    'fal.ai model output',
    json({ video: { url: X, content_type: 'video/mp4', file_name: 'o', file_size: 1 }, seed: 1 }),
    { url: X },
  ),
  row(
    'xAI video',
    'xAI video generation',
    json({
      status: 'done',
      progress: 100,
      video: { url: X, duration: 6, respect_moderation: true },
    }),
    { url: X },
  ),
  row(
    'Luma generation',
    'Luma Dream Machine API',
    json({
      id: 'g',
      state: 'completed',
      failure_reason: null,
      assets: { video: X, image: 'https://cdn.example/i.jpg' },
      request: { prompt: 'p' },
    }),
    { url: X },
  ),
  row(
    'two videos',
    'g4f, n = 2',
    say(`<video src="${V}"></video>`, `\n<video src="${W}"></video>`),
    { url: V, others: [W] },
  ),
  row(
    'OpenAI video document',
    'new-api /v1/videos',
    json({
      id: 'video_1',
      object: 'video',
      status: 'completed',
      progress: 100,
      metadata: { url: X },
    }),
    { url: X },
  ),
  row(
    'a JSON string as content',
    'zhu88cc fork',
    say(
      json({
        code: 0,
        msg: 'ok',
        data: { videos: [{ video_url: X }], cover: 'https://cdn.example/c.png' },
      }),
    ),
    { url: X },
  ),
  row(
    'Python repr as content',
    'wrappers that print a dict',
    say(`{'status': 'completed', 'video_url': '${X}', 'error': None}`),
    { url: X },
  ),
  row('a plain body', 'proxies that answer with the address', `${V}\n`, { url: V }),
  // Prose results
  row('text in a video tag', 'Qwen2API', say(`<video controls>\n${X}\n</video>`), { url: X }),
  row(
    'a relative link in a video tag',
    'local gateways',
    say('<video controls>\n/files/out/9\n</video>'),
    { url: 'https://relay.example/files/out/9' },
  ),
  row(
    'a still within the link',
    'Gemini web wrappers',
    say(`[![Clip](https://cdn.example/t.jpg)](${X})`),
    { url: X },
  ),
  row(
    'data: in Markdown',
    'gateways without a store',
    say('![video](data:video/mp4;base64,AAAAIGZ0eXA=)'),
    { url: 'data:video/mp4;base64,AAAAIGZ0eXA=' },
  ),
  row('an anchor', 'HTML answers', say(`<a href="${X}">Download the video</a>`), { url: X }),
  row('nothing but an address', 'Sora2mb', say('✅\n\n', X), { url: X }),
  row('introduced in Russian', 'Telegram relays', say('✅ Видео готово!\n', X), { url: X }),
  row('introduced in Vietnamese', 'Vietnamese wrappers', say('Video đã tạo thành công:\n', X), {
    url: X,
  }),
  row('introduced in Japanese', 'Japanese wrappers', say('動画の生成が完了しました。\n', X), {
    url: X,
  }),
  row('labelled in Korean', 'Korean wrappers', say(`영상 생성 완료\n[영상 보기](${X})`), {
    url: X,
  }),
  row(
    'a help page beside it',
    'portals',
    say(`Your video is ready: ${X}\nSee https://portal.example/account for your usage.`),
    { url: X },
  ),
  {
    ...row(
      'the own clip quoted',
      'image-to-video relays',
      say('Input: https://me.example/in.mp4\n❌ Generation failed'),
      ['upstream_error'],
    ),
    requestLinks: ['https://me.example/in.mp4'],
  },
  row(
    'a link where a reason would stand, once it is finished',
    "new-api's old rows",
    json({ code: 'success', data: { status: 'SUCCESS', fail_reason: X, progress: '100%' } }),
    { url: X },
  ),
  row(
    'a page where a reason stands',
    'job documents',
    json({ status: 'FAILED', fail_reason: 'https://portal.example/errors/17' }),
    ['upstream_error'],
  ),
  {
    ...row(
      'a file that is named in the query, at the address of the one that was sent',
      'ComfyUI /view',
      say(
        'Input: https://me.example/view?filename=in.png&type=input\n',
        'Output: https://me.example/view?filename=out.mp4&type=output\n',
      ),
      { url: 'https://me.example/view?filename=out.mp4&type=output' },
    ),
    requestLinks: ['https://me.example/view?filename=in.png&type=input'],
  },
  {
    ...row(
      'the own file, signed anew, at an address that names files in the query',
      'ComfyUI /view',
      say('Input: https://me.example/view?filename=in.mp4&sig=2\n❌ Generation failed'),
      ['upstream_error'],
    ),
    requestLinks: ['https://me.example/view?filename=in.mp4&sig=1'],
  },
  // No results
  row(
    'a usage text',
    'gateways without a prompt',
    say(
      'This endpoint generates videos.\nPOST https://api.example/v1/videos with {"model": "sora-2"}.\nDocs: https://api.example/guide\nIf generation fails, credits are refunded. Rate limits: 10 requests per minute. '.repeat(
        4,
      ),
    ),
    ['not_a_video'],
  ),
  row('a portal', 'card sellers', say('Please top up at https://portal.example/pay first.'), [
    'not_a_video',
    'quota',
    'upstream_error',
  ]),
  row(
    'submitted only',
    'task gateways',
    say('Task submitted. Status: https://api.example/v1/videos/task_9'),
    ['empty_result', 'truncated_stream'],
  ),
  row('a queued document', 'new-api', json({ id: 'task_1', status: 'queued', progress: 0 }), [
    'empty_result',
    'truncated_stream',
    'outcome_unknown',
  ]),
  // Errors inside 200
  row(
    'MiniMax balance',
    'MiniMax error codes',
    json({ base_resp: { status_code: 1008, status_msg: 'insufficient balance' } }),
    ['quota'],
  ),
  row(
    'MiniMax number only',
    'MiniMax error codes',
    json({ task_id: '', base_resp: { status_code: 1002, status_msg: '' } }),
    ['rate_limited'],
  ),
  row(
    'MiniMax sensitive',
    'Baidu Qianfan video errors',
    json({ base_resp: { status_code: 1026, status_msg: '视频描述涉及敏感内容，请调整' } }),
    ['content_policy'],
  ),
  row(
    'code and msg',
    'kie.ai',
    json({
      code: 433,
      msg: 'The current number of points used by apiKey has exceeded the daily limit',
      data: null,
    }),
    ['quota', 'rate_limited'],
  ),
  row(
    'Kling risk control',
    'Kling error codes',
    json({ code: 1301, message: 'Failure to pass the risk control system', request_id: 'r' }),
    ['content_policy'],
  ),
  row(
    'a failed task',
    'evolink',
    json({
      id: 'task-1',
      object: 'video.generation.task',
      status: 'failed',
      progress: 0,
      error: {
        code: 'content_policy_violation',
        message: 'Content policy violation.\nYour request was blocked by safety filters',
      },
    }),
    ['content_policy'],
  ),
  row(
    'fail_reason',
    'new-api task',
    json({
      code: 'success',
      data: { task_id: 't', status: 'FAILURE', fail_reason: '余额不足，请充值', progress: '100%' },
    }),
    ['quota'],
  ),
  row(
    'refunded',
    'Venice',
    json({
      error:
        "Your generation was blocked due to the model provider's content policies. Credits have been refunded.",
      credits_refunded: true,
    }),
    ['content_policy'],
  ),
  row(
    'raised in a list',
    'Gemini compatibility endpoint',
    json([
      {
        error: {
          code: 429,
          message: 'Resource has been exhausted (e.g. check quota).',
          status: 'RESOURCE_EXHAUSTED',
        },
      },
    ]),
    ['rate_limited', 'quota', 'upstream_unavailable'],
  ),
  row(
    'rai filtered',
    'Vertex Veo',
    json({
      done: true,
      response: {
        raiMediaFilteredCount: 1,
        raiMediaFilteredReasons: [
          'Your current safety filter threshold filtered out 1 generated videos.',
        ],
      },
    }),
    ['content_policy'],
  ),
  row(
    'prompt feedback',
    'Gemini',
    json({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }),
    ['content_policy'],
  ),
  row(
    'a finish reason of safety',
    'Gemini through chat',
    events({ choices: [{ delta: { content: '' }, finish_reason: 'SAFETY' }] }),
    ['content_policy'],
  ),
  row(
    'wrapper beats nothing',
    'new-api',
    json({
      error: {
        code: 'bad_response_status_code',
        type: 'upstream_error',
        message: 'upstream: insufficient user quota',
      },
    }),
    ['quota'],
  ),
  row(
    'generic code, specific words',
    'relays',
    json({ error: { code: 'generation_failed', message: 'No available channel for this model' } }),
    ['no_channel'],
  ),
  row(
    'Python exception',
    'FastAPI wrappers',
    say("Error code: 402 - {'error': {'message': 'Insufficient credits', 'code': 402}}"),
    ['quota'],
  ),
  row(
    'error event',
    'Anthropic-like streams',
    `event: error\ndata: ${json({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })}\n\n`,
    ['upstream_unavailable'],
  ),
  row(
    'a plain sentence',
    'reverse proxies',
    'Your account balance is too low to run this request.',
    ['quota'],
  ),
  row(
    'the reason below',
    'Comet',
    say('❌ Video generation failed\n\n> Reason: the prompt may violate our usage policies\n'),
    ['content_policy'],
  ),
  row('own time limit', 'relays', say('生成超时（600秒），任务已取消'), [
    'timeout',
    'gateway_timeout',
  ]),
  row('retry later', 'relays', say('视频生成失败，请稍后重试。'), ['upstream_error']),
  row('given up', 'relays', say('❌ 生成失败，正在重试 (1/3)\n', '❌ 生成失败: 账户积分不足\n'), [
    'quota',
  ]),
  // Refusals by status
  row(
    'LTX funds',
    'LTX API errors',
    json({
      type: 'error',
      error: {
        type: 'insufficient_funds_error',
        message: 'Insufficient funds. Required: 120 credits',
      },
    }),
    ['quota'],
    402,
  ),
  row(
    'Ark overdue',
    'Volcengine Ark errors',
    json({
      error: {
        code: 'AccountOverdueError',
        message: 'The request failed because your account has an overdue balance.',
        type: 'Forbidden',
      },
    }),
    ['quota'],
    403,
  ),
  row(
    'Ark sensitive',
    'Volcengine Ark errors',
    json({
      error: {
        code: 'InputTextSensitiveContentDetected',
        message: 'The request failed because the input text may contain sensitive information.',
        type: 'BadRequest',
      },
    }),
    ['content_policy'],
    400,
  ),
  row(
    'Ark model not open',
    'Volcengine Ark errors',
    json({ error: { code: 'ModelNotOpen', message: 'Your account has not activated the model.' } }),
    ['no_channel', 'auth'],
    404,
  ),
  row(
    'DashScope throttled',
    'Alibaba Model Studio errors',
    json({
      code: 'Throttling.RateQuota',
      message: 'Requests rate limit exceeded, please try again later.',
      request_id: 'r',
    }),
    ['rate_limited'],
    429,
  ),
  row(
    'DashScope arrears',
    'Alibaba Model Studio errors',
    json({
      code: 'Arrearage',
      message: 'Access denied, please make sure your account is in good standing.',
    }),
    ['quota'],
    400,
  ),
  row(
    'Vertex permission',
    'Google RPC',
    json({
      error: {
        code: 403,
        message: 'Permission denied on resource project x.',
        status: 'PERMISSION_DENIED',
      },
    }),
    ['auth'],
    403,
  ),
  row(
    'Gemini quota',
    'Google RPC',
    json({
      error: {
        code: 429,
        message: 'You exceeded your current quota, please check your plan and billing details.',
        status: 'RESOURCE_EXHAUSTED',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.Help',
            links: [
              { description: 'Learn more about Gemini API quotas', url: 'https://ai.google.dev/x' },
            ],
          },
        ],
      },
    }),
    ['quota'],
    429,
  ),
  row(
    'OpenRouter credits',
    'OpenRouter errors',
    json({
      error: { message: 'This request requires more credits, or fewer max_tokens.', code: 402 },
    }),
    ['quota'],
    402,
  ),
  row(
    'Azure filter',
    'Azure OpenAI',
    json({
      error: {
        message:
          "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        code: 'content_filter',
        innererror: { code: 'ResponsibleAIPolicyViolation' },
      },
    }),
    ['content_policy'],
    400,
  ),
  row(
    'LiteLLM budget',
    'LiteLLM proxy',
    json({
      error: {
        message: 'Budget has been exceeded! Current cost: 1.2, Max budget: 1.0',
        type: 'budget_exceeded',
        param: null,
        code: '400',
      },
    }),
    ['quota'],
    400,
  ),
  row(
    'LiteLLM wraps a status',
    'LiteLLM proxy',
    json({
      error: {
        message:
          "litellm.RateLimitError: RateLimitError: OpenAIException - Error code: 429 - {'error': {'message': 'slow down'}}",
        code: '500',
      },
    }),
    ['rate_limited'],
    500,
  ),
  row(
    'xAI key',
    'xAI',
    json({
      code: 'Client specified an invalid argument',
      error:
        'Incorrect API key provided: xa***1. You can obtain an API key from https://console.x.ai.',
    }),
    ['auth'],
    400,
  ),
  row(
    'Novita prompt',
    'Novita error names',
    json({ code: 400, reason: 'ILLEGAL_PROMPT', message: 'illegal prompt', metadata: {} }),
    ['content_policy'],
    400,
  ),
  row(
    'validation',
    'FastAPI',
    json({
      detail: [
        { loc: ['body', 'seconds'], msg: 'Input should be 4, 8 or 12', type: 'literal_error' },
      ],
    }),
    ['invalid_request'],
    422,
  ),
  row(
    'busy page',
    'nginx',
    '<html><head><title>503 Service Temporarily Unavailable</title></head></html>',
    ['outcome_unknown', 'upstream_unavailable'],
    503,
  ),
]
