// The options of a generation, as the panel shows them and as the operations read them. What is not
// set is not sent: a relay's own habit is better than a wrong guess of ours.

import * as z from 'zod/v4-mini'

import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow'

import { choiceField, readChoice } from './choiceFields.ts'
import { ItemProblem } from './itemProblem.ts'
import { fileNameField, outputField } from './operationFields.ts'

const making = { show: { '/operation': ['generate', 'generateFromImage'] } }

/** The names begin with what they are about, because n8n has no headings and sorts them. */
export const generationOptions: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add option',
  default: {},
  displayOptions: { show: { operation: ['generate', 'generateFromImage', 'remix'] } },
  options: [
    { ...fileNameField, displayName: 'File: Name' },
    { ...outputField, displayName: 'File: Put Output File in Field' },
    {
      displayName: 'File: Store as Binary Data',
      name: 'downloadVideo',
      type: 'boolean',
      default: true,
      description: 'Whether to store the file as binary data, or return only its URL',
    },
    {
      displayName: 'Paying: Cache',
      name: 'cache',
      type: 'options',
      options: [
        { name: 'Make a New Video', value: 'refresh', description: 'Always generate, and pay' },
        {
          name: 'Use Earlier Video',
          value: 'use',
          description: 'An identical earlier request costs nothing',
        },
      ],
      default: 'use',
      description: 'What to do when the gateway already has this very video',
    },
    {
      displayName: 'Paying: Idempotency Key',
      name: 'idempotencyKey',
      type: 'string',
      default: '',
      placeholder: 'e.g. order-4711',
      description:
        'The same key never pays twice. Leave empty for one made of execution, node, run and item.',
    },
    {
      displayName: 'Paying: Pay Again if Unsure',
      name: 'acceptPossibleCharge',
      type: 'boolean',
      default: false,
      description:
        'Whether to generate again when nobody knows if an identical earlier request was billed',
    },
    {
      displayName: 'Video: Extra Body Fields (JSON)',
      name: 'extraBody',
      type: 'json',
      default: '{}',
      placeholder: 'e.g. {"style": "anime"}',
      displayOptions: making,
      description: 'Further fields for the relay, sent exactly as they are',
    },
    {
      displayName: 'Video: Metadata',
      name: 'metadata',
      type: 'fixedCollection',
      typeOptions: { multipleValues: true },
      placeholder: 'Add Entry',
      default: {},
      description: 'Up to 16 texts the gateway keeps with the video and gives back',
      options: [
        {
          displayName: 'Entry',
          name: 'entries',
          values: [
            {
              displayName: 'Key',
              name: 'key',
              type: 'string',
              default: '',
              description: 'At most 64 characters',
            },
            {
              displayName: 'Value',
              name: 'value',
              type: 'string',
              default: '',
              description: 'At most 512 characters',
            },
          ],
        },
      ],
    },
    {
      displayName: 'Video: Negative Prompt',
      name: 'negativePrompt',
      type: 'string',
      typeOptions: { rows: 2 },
      default: '',
      displayOptions: making,
      description: 'What not to show, where the model takes such a text',
    },
    {
      ...choiceField({
        displayName: 'Video: Resolution',
        name: 'resolution',
        list: 'searchResolutions',
        placeholder: 'e.g. 1080p',
        description: 'How fine the video is, where the model offers a choice',
      }),
      displayOptions: making,
    },
    {
      displayName: 'Video: Seed',
      name: 'seed',
      type: 'number',
      default: 0,
      displayOptions: making,
      description: 'The same seed and prompt give a similar video, where the model takes one',
    },
    {
      ...choiceField({
        displayName: 'Video: Sound',
        name: 'audio',
        list: 'searchSounds',
        placeholder: 'on or off',
        description: 'Whether the video has sound, where the model offers a choice',
      }),
      displayOptions: making,
    },
    {
      displayName: 'Waiting: Items in Parallel',
      name: 'itemsInParallel',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 10 },
      default: 3,
      description: 'How many videos to work on at once, 1 to 10. The order of items is kept.',
    },
    {
      displayName: 'Waiting: Silence Limit (Seconds)',
      name: 'silenceLimit',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: 600,
      description: 'Stop waiting when there was no news about the video for so long',
    },
    {
      displayName: 'Waiting: Total Wait Limit (Seconds)',
      name: 'totalLimit',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: 1800,
      description: 'Stop waiting after this time. The ID is kept, and Get finds the video later.',
    },
  ],
}

// An expression such as {{ $json.row }} gives a number where a text is meant.
const text = z.pipe(
  z.union([z.string(), z.number(), z.boolean()]),
  z.transform((value) => String(value)),
)
const entry = z.object({ key: text, value: text })
const choice = z.pipe(z.unknown(), z.transform(readChoice))
const seconds = z.number().check(z.gte(1))

const optionsSchema = z.object({
  cache: z._default(z.enum(['use', 'refresh']), 'use'),
  downloadVideo: z._default(z.boolean(), true),
  extraBody: z._default(z.union([z.string(), z.record(z.string(), z.unknown())]), '{}'),
  fileName: z._default(text, ''),
  idempotencyKey: z._default(text, ''),
  itemsInParallel: z._default(z.int().check(z.gte(1), z.lte(10)), 3),
  metadata: z.optional(z.object({ entries: z.optional(z.array(entry)) })),
  acceptPossibleCharge: z._default(z.boolean(), false),
  outputField: z._default(z.string().check(z.minLength(1)), 'data'),
  audio: z._default(z.pipe(choice, z.enum(['', 'on', 'off'])), ''),
  negativePrompt: z._default(text, ''),
  resolution: z._default(choice, ''),
  seed: z.optional(z.union([z.int(), z.string().check(z.regex(/^-?\d+$/))])),
  silenceLimit: z._default(seconds, 600),
  totalLimit: z._default(seconds, 1800),
})

export type GenerationOptions = z.infer<typeof optionsSchema>

export function readGenerationOptions(
  context: IExecuteFunctions,
  itemIndex: number,
): GenerationOptions {
  const result = optionsSchema.safeParse(context.getNodeParameter('options', itemIndex, {}))
  if (result.success) return result.data
  const at = String(result.error.issues[0]?.path[0] ?? '')
  const field = generationOptions.options?.find((option) => option.name === at)
  const shown = field !== undefined && 'displayName' in field ? field.displayName : 'Options'
  // Without the word that only sorts it.
  const name = shown.replace(/^[A-Z][a-z]+: /, '')
  throw new ItemProblem(
    `The option "${name}" has a value that cannot be used`,
    `Open the options of the node and correct "${name}".`,
  )
}

/** One number for the whole run; a wrong one is each item's to complain about. */
export function readItemsInParallel(context: IExecuteFunctions): number {
  return (
    optionsSchema.safeParse(context.getNodeParameter('options', 0, {})).data?.itemsInParallel ?? 1
  )
}
