// What the panel asks for first: which resource and operation, which video, and what comes out.
// Display only; the operations read the values.

import type { INodeProperties } from 'n8n-workflow'

import { getManyFields } from './getManyFields.ts'
import { selectableFields } from './videoItem.ts'

export const fileNameField: INodeProperties = {
  displayName: 'File Name',
  name: 'fileName',
  type: 'string',
  default: '',
  placeholder: 'e.g. dog-in-space.mp4',
  description: 'Name of the stored file. Leave empty for the ID of the video.',
}

export const outputField: INodeProperties = {
  displayName: 'Put Output File in Field',
  name: 'outputField',
  type: 'string',
  default: 'data',
  hint: 'The name of the output binary field to put the file in',
}

const videoIdField: INodeProperties = {
  displayName: 'Video',
  name: 'videoId',
  type: 'resourceLocator',
  required: true,
  default: { mode: 'list', value: '' },
  displayOptions: { show: { operation: ['archive', 'cancel', 'delete', 'get', 'remix'] } },
  description: 'The video to work on',
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      typeOptions: { searchListMethod: 'searchVideos', searchable: true },
    },
    {
      displayName: 'By ID',
      name: 'id',
      type: 'string',
      placeholder: 'e.g. video_8f1c2d',
      hint: 'The ID that Generate returned, such as {{ $json.id }}',
    },
  ],
}

const videoOperations: INodeProperties = {
  displayName: 'Operation',
  name: 'operation',
  type: 'options',
  noDataExpression: true,
  displayOptions: { show: { resource: ['video'] } },
  options: [
    {
      name: 'Cancel',
      value: 'cancel',
      action: 'Cancel video',
      description: 'End a video that is still being made, for everybody who waits for it',
    },
    {
      name: 'Delete',
      value: 'delete',
      action: 'Delete video',
      description: 'Delete a finished video and its file',
    },
    {
      name: 'Download',
      value: 'download',
      action: 'Download video',
      description: 'Store the file of a finished video as binary data',
    },
    {
      name: 'Generate From Image',
      value: 'generateFromImage',
      action: 'Generate video from image',
      description: 'Turn a prompt and one or more images into a video. Takes minutes and is paid.',
    },
    {
      name: 'Generate From Text',
      value: 'generate',
      action: 'Generate video from text',
      description: 'Turn a prompt into a video. Takes minutes and is paid.',
    },
    {
      name: 'Get',
      value: 'get',
      action: 'Get video',
      description: 'Get the current state of a video, or wait until it is finished',
    },
    {
      name: 'Get Many',
      value: 'getAll',
      action: 'Get many videos',
      description: 'Get the videos of this API key, newest first',
    },
    {
      name: 'Remix',
      value: 'remix',
      action: 'Remix video',
      description: 'Make a new video out of a finished one and a new prompt. Is paid.',
    },
    {
      name: 'Save Again',
      value: 'archive',
      action: 'Save video again',
      description: 'Store a video whose download or storage broke off, without paying again',
    },
  ],
  default: 'generate',
}

const accountOperations: INodeProperties = {
  displayName: 'Operation',
  name: 'operation',
  type: 'options',
  noDataExpression: true,
  displayOptions: { show: { resource: ['account'] } },
  options: [
    {
      name: 'Get Usage',
      value: 'getUsage',
      action: 'Get usage',
      description: 'Get what this API key has spent and may still spend',
    },
  ],
  default: 'getUsage',
}

const getFields: INodeProperties[] = [
  {
    displayName: 'Wait Until Finished',
    name: 'waitUntilFinished',
    type: 'boolean',
    default: false,
    displayOptions: { show: { operation: ['get'] } },
    description: 'Whether to follow a video that is still being made to its end',
  },
  {
    displayName: 'Total Wait Limit (Seconds)',
    name: 'getLimit',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 1800,
    displayOptions: { show: { operation: ['get'], waitUntilFinished: [true] } },
    description: 'Stop waiting after this time; the video goes on',
  },
]

const shaping = ['archive', 'cancel', 'generate', 'generateFromImage', 'get', 'getAll', 'remix']

/** At the end of the panel: what an item has. */
export const outputFields: INodeProperties[] = [
  {
    displayName: 'Output',
    name: 'output',
    type: 'options',
    options: [
      { name: 'Raw', value: 'raw', description: 'Everything that is known of the video' },
      { name: 'Selected Fields', value: 'selected', description: 'The fields that you choose' },
      {
        name: 'Simplified',
        value: 'simplified',
        description: 'The fields that most workflows use',
      },
    ],
    default: 'simplified',
    displayOptions: { show: { operation: shaping } },
    description: 'Which fields each item has',
  },
  {
    displayName: 'Fields',
    name: 'fields',
    type: 'multiOptions',
    options: selectableFields.map((field) => ({ name: field, value: field })),
    default: ['id', 'status', 'url'],
    displayOptions: { show: { operation: shaping, output: ['selected'] } },
    description: 'The fields that each item has',
  },
]

export const operationFields: INodeProperties[] = [
  {
    displayName: 'Resource',
    name: 'resource',
    type: 'options',
    noDataExpression: true,
    options: [
      { name: 'Account', value: 'account' },
      { name: 'Video', value: 'video' },
    ],
    default: 'video',
  },
  videoOperations,
  accountOperations,
  videoIdField,
  {
    ...videoIdField,
    name: 'videoSource',
    displayOptions: { show: { operation: ['download'] } },
    description: 'The finished video to download',
    modes: [
      ...(videoIdField.modes ?? []),
      {
        displayName: 'By URL',
        name: 'url',
        type: 'string',
        placeholder: 'e.g. https://cdn.example.com/video.mp4',
        hint: 'For a plain relay: the URL that Generate returned. Only the relay itself is shown the API key.',
      },
    ],
  },
  { ...outputField, required: true, displayOptions: { show: { operation: ['download'] } } },
  { ...fileNameField, displayOptions: { show: { operation: ['download'] } } },
  ...getFields,
  ...getManyFields,
]
