// What the panel asks for of a generation. Length, shape and the use of images follow the chosen
// model: their lists are the server's own, so that none of them has what it would refuse.

import type { INodeProperties } from 'n8n-workflow'

import { choiceField, imageUses } from './choiceFields.ts'

const generating = ['generate', 'generateFromImage', 'remix']
const making = ['generate', 'generateFromImage']

/** Where an image comes from; once for the first image, once for each further one. */
function imageFields(operation: string | null): INodeProperties[] {
  const when = (more: Record<string, string[]>) => ({
    displayOptions: { show: { ...(operation !== null && { operation: [operation] }), ...more } },
  })
  return [
    {
      ...choiceField({
        displayName: 'Use As',
        name: 'imageUse',
        list: 'searchImageUses',
        placeholder: 'e.g. last_frame',
        description: 'What the image is for; the list has what the model takes',
        first: imageUses[0],
      }),
      ...(operation !== null && when({})),
    },
    {
      displayName: 'Image From',
      name: 'imageSource',
      type: 'options',
      options: [
        { name: 'Binary Field', value: 'binary', description: 'A file that came with the item' },
        { name: 'URL', value: 'url', description: 'A public address of the image' },
      ],
      default: 'binary',
      description: 'Where the image comes from',
      ...(operation !== null && when({})),
    },
    {
      displayName: 'Input Data Field Name',
      name: 'imageField',
      type: 'string',
      required: true,
      default: 'data',
      hint: 'The name of the input binary field with the image, at most 8 MiB',
      ...when({ imageSource: ['binary'] }),
    },
    {
      displayName: 'Image URL',
      name: 'imageUrl',
      type: 'string',
      required: true,
      default: '',
      placeholder: 'e.g. https://example.com/dog.png',
      description: 'Must be reachable from the relay without a login',
      ...when({ imageSource: ['url'] }),
    },
  ]
}

export const generationFields: INodeProperties[] = [
  {
    displayName: 'Model',
    name: 'model',
    type: 'resourceLocator',
    default: { mode: 'list', value: '' },
    displayOptions: { show: { operation: making } },
    description: 'The model that makes the video. Leave empty for the first one of the gateway.',
    modes: [
      {
        displayName: 'From List',
        name: 'list',
        type: 'list',
        typeOptions: { searchListMethod: 'searchModels', searchable: true },
      },
      {
        displayName: 'By ID',
        name: 'id',
        type: 'string',
        placeholder: 'e.g. sora-2-pro',
        hint: 'Any model the server knows, also one it does not list',
      },
    ],
  },
  {
    displayName: 'Prompt',
    name: 'prompt',
    type: 'string',
    typeOptions: { rows: 4 },
    required: true,
    default: '',
    placeholder: 'e.g. A golden retriever in a space suit floats through a station, 35mm film',
    displayOptions: { show: { operation: generating } },
    description: 'What to show: subject, action, camera, light and sound',
  },
  ...imageFields('generateFromImage'),
  {
    displayName: 'More Images',
    name: 'moreImages',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true },
    placeholder: 'Add Image',
    default: {},
    displayOptions: { show: { operation: ['generateFromImage'] } },
    description: 'A last frame, or references, where the model takes them',
    options: [{ displayName: 'Image', name: 'images', values: imageFields(null) }],
  },
  {
    ...choiceField({
      displayName: 'Length',
      name: 'length',
      list: 'searchLengths',
      placeholder: 'e.g. 8',
      description: 'How many seconds the video has; the list has what the model offers',
    }),
    displayOptions: { show: { operation: making } },
  },
  {
    ...choiceField({
      displayName: 'Shape',
      name: 'shape',
      list: 'searchShapes',
      placeholder: 'e.g. 1080x1080 or 21:9',
      description: 'Width and height, or their ratio; the list has what the model offers',
    }),
    displayOptions: { show: { operation: making } },
  },
  {
    displayName: 'Number of Videos',
    name: 'takes',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 4 },
    default: 1,
    displayOptions: { show: { operation: generating } },
    description: 'How many videos to make of each item, 1 to 4. Each is a paid item of its own.',
  },
  {
    displayName: 'Wait for Video',
    name: 'waitBy',
    type: 'options',
    options: [
      {
        name: 'Asleep (Survives Restarts)',
        value: 'parking',
        description:
          'Put the workflow to sleep; the gateway wakes it up, even after a restart of n8n',
      },
      {
        name: 'Do Not Wait',
        value: 'none',
        description: 'Start the video and go on with its ID. Needs a Reelay gateway.',
      },
      {
        name: 'Live',
        value: 'streaming',
        description: 'Follow the progress until the video is there',
      },
    ],
    default: 'streaming',
    displayOptions: { show: { operation: generating } },
    description: 'How the workflow waits for the video, which takes minutes',
  },
  {
    displayName:
      'Needs a Reelay gateway that can reach this n8n. After the sleep every item goes on, failed ones too: check <code>status</code> in a node behind this one. Stop does not cancel a video while the workflow sleeps.',
    name: 'sleepNotice',
    type: 'notice',
    default: '',
    displayOptions: { show: { operation: generating, waitBy: ['parking'] } },
  },
]
