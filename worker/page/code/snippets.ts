// The request that was just made, as code of every kind that people use. Keys stay variables: code ends
// up in histories and chats.

import type { JsonObject } from '../../../shared/wire/json.ts'

export const kinds = ['cURL', 'TypeScript', 'Python', 'AI SDK', 'n8n', 'MCP'] as const
export type SnippetKind = (typeof kinds)[number]

export function toSnippet(kind: SnippetKind, origin: string, body: JsonObject): string {
  switch (kind) {
    case 'cURL':
      return toCurl(`${origin}/v1/videos`, body)
    case 'TypeScript':
      return toTypeScript(origin, body)
    case 'Python':
      return toPython(origin, body)
    case 'AI SDK':
      return toAiSdk(origin, body)
    case 'n8n':
      return toN8n(origin, body)
    case 'MCP':
      return toMcp(origin, body)
  }
}

function toCurl(url: string, body: JsonObject): string {
  return [
    `curl -X POST ${quoteShell(url)}`,
    `  -H "Authorization: Bearer $REELAY_API_KEY"`,
    `  -H 'Content-Type: application/json'`,
    `  -d ${quoteShell(JSON.stringify(body))}`,
  ].join(' \\\n')
}

/** Single quotes keep everything from the shell except themselves. */
function quoteShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function toTypeScript(origin: string, body: JsonObject): string {
  return `// npm install reelay
import { Reelay } from 'reelay'

const reelay = new Reelay({ baseURL: ${JSON.stringify(`${origin}/v1`)}, apiKey: process.env.REELAY_API_KEY })
const video = await reelay.generate(${JSON.stringify(body, null, 2)}, {
  onProgress: ({ progress }) => console.log(progress),
})
await video.save('video.mp4')`
}

function toPython(origin: string, body: JsonObject): string {
  const { prompt, model, seconds, size, ...more } = body
  const known = Object.entries({ prompt, model, seconds, size })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `    ${name}=${JSON.stringify(value)},`)
  const extra = Object.keys(more).length === 0 ? [] : [`    extra_body=${toPythonValue(more)},`]
  return `# pip install openai
import os
from openai import OpenAI

client = OpenAI(base_url=${JSON.stringify(`${origin}/v1`)}, api_key=os.environ["REELAY_API_KEY"])
video = client.videos.create_and_poll(
${[...known, ...extra].join('\n')}
)
client.videos.download_content(video.id).write_to_file("video.mp4")`
}

function toPythonValue(value: unknown): string {
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (value === null) return 'None'
  if (Array.isArray(value)) return `[${value.map(toPythonValue).join(', ')}]`
  if (typeof value === 'object') {
    const fields = Object.entries(value).map(
      ([k, v]) => `${JSON.stringify(k)}: ${toPythonValue(v)}`,
    )
    return `{${fields.join(', ')}}`
  }
  return JSON.stringify(value)
}

function toAiSdk(origin: string, body: JsonObject): string {
  const { prompt, model, seconds, size, aspect_ratio: ratio, seed, ...more } = body
  const options = [
    `  model: reelay.video(${JSON.stringify(model ?? 'sora-2')}),`,
    `  prompt: ${JSON.stringify(prompt)},`,
    ...(seconds === undefined ? [] : [`  duration: ${Number(seconds)},`]),
    ...(size === undefined ? [] : [`  resolution: ${JSON.stringify(size)},`]),
    ...(ratio === undefined ? [] : [`  aspectRatio: ${JSON.stringify(ratio)},`]),
    ...(seed === undefined ? [] : [`  seed: ${JSON.stringify(seed)},`]),
    ...(Object.keys(more).length === 0
      ? []
      : [`  providerOptions: { reelay: ${JSON.stringify(more)} },`]),
  ]
  return `// npm install ai reelay
import { experimental_generateVideo } from 'ai'
import { createReelay } from 'reelay/ai'

const reelay = createReelay({ baseURL: ${JSON.stringify(`${origin}/v1`)}, apiKey: process.env.REELAY_API_KEY })
const { video } = await experimental_generateVideo({
${options.join('\n')}
})`
}

function toN8n(origin: string, body: JsonObject): string {
  return `// Install n8n-nodes-reelay, make a Reelay API credential with the base URL
// ${origin}
// and paste this node into the canvas.
${JSON.stringify(
  {
    nodes: [
      {
        name: 'Reelay',
        type: 'n8n-nodes-reelay.reelay',
        typeVersion: 1,
        position: [0, 0],
        parameters: {
          resource: 'video',
          operation: 'generate',
          prompt: body['prompt'],
          ...toN8nChoice('model', body['model']),
          ...toN8nChoice('length', body['seconds']),
          ...toN8nChoice('shape', body['size']),
        },
      },
    ],
    connections: {},
  },
  null,
  2,
)}`
}

/** A value that is chosen from a list there. */
function toN8nChoice(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: { __rl: true, mode: 'list', value } }
}

function toMcp(origin: string, body: JsonObject): string {
  const call = { name: 'generate_video', arguments: body }
  return `claude mcp add --transport http reelay ${origin}/mcp --header "Authorization: Bearer $REELAY_API_KEY"

# then the agent calls
${JSON.stringify(call, null, 2)}`
}
