// What the panel asks for, besides the options of a generation: which operation, which video, which
// model, which image. Display only; the operations read the values.

import type { INodeProperties } from 'n8n-workflow'

const generating = ['generate', 'generateFromImage', 'remix']

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
  default: { mode: 'id', value: '={{ $json.id }}' },
  displayOptions: { show: { operation: ['cancel', 'delete', 'get', 'remix'] } },
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
      hint: 'The ID that Generate returned',
    },
  ],
}

export const operationFields: INodeProperties[] = [
  {
    displayName: 'Resource',
    name: 'resource',
    type: 'options',
    noDataExpression: true,
    options: [{ name: 'Video', value: 'video' }],
    default: 'video',
  },
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: ['video'] } },
    options: [
      {
        name: 'Cancel',
        value: 'cancel',
        action: 'Cancel a video',
        description: 'End a video that is still being made, for everybody who waits for it',
      },
      {
        name: 'Delete',
        value: 'delete',
        action: 'Delete a video',
        description: 'Delete a finished video and its file',
      },
      {
        name: 'Download',
        value: 'download',
        action: 'Download a video',
        description: 'Store the file of a finished video as binary data',
      },
      {
        name: 'Generate From Image',
        value: 'generateFromImage',
        action: 'Generate a video from an image',
        description: 'Turn a prompt and a first image into a video',
      },
      {
        name: 'Generate From Text',
        value: 'generate',
        action: 'Generate a video from text',
        description: 'Turn a prompt into a video',
      },
      {
        name: 'Get',
        value: 'get',
        action: 'Get a video',
        description: 'Get the current state of a video, finished or not',
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
        action: 'Remix a video',
        description: 'Make a new video out of a finished one and a new prompt',
      },
    ],
    default: 'generate',
  },
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
  {
    displayName: 'Return All',
    name: 'returnAll',
    type: 'boolean',
    default: false,
    displayOptions: { show: { operation: ['getAll'] } },
    description: 'Whether to return all results or only up to a given limit',
  },
  {
    displayName: 'Limit',
    name: 'limit',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 50,
    displayOptions: { show: { operation: ['getAll'], returnAll: [false] } },
    description: 'Max number of results to return',
  },
  {
    displayName: 'Model',
    name: 'model',
    type: 'resourceLocator',
    required: true,
    default: { mode: 'list', value: 'sora-2', cachedResultName: 'sora-2' },
    displayOptions: { show: { operation: ['generate', 'generateFromImage'] } },
    description: 'The model that makes the video',
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
  {
    displayName: 'Image From',
    name: 'imageSource',
    type: 'options',
    options: [
      { name: 'Binary Field', value: 'binary', description: 'A file that came with the item' },
      { name: 'URL', value: 'url', description: 'A public address of the image' },
    ],
    default: 'binary',
    displayOptions: { show: { operation: ['generateFromImage'] } },
    description: 'Where the first image of the video comes from',
  },
  {
    displayName: 'Input Data Field Name',
    name: 'imageField',
    type: 'string',
    required: true,
    default: 'data',
    displayOptions: { show: { operation: ['generateFromImage'], imageSource: ['binary'] } },
    hint: 'The name of the input binary field with the image, at most 8 MiB',
  },
  {
    displayName: 'Image URL',
    name: 'imageUrl',
    type: 'string',
    required: true,
    default: '',
    placeholder: 'e.g. https://example.com/dog.png',
    displayOptions: { show: { operation: ['generateFromImage'], imageSource: ['url'] } },
    description: 'Must be reachable from the relay without a login',
  },
  {
    displayName: 'Wait By',
    name: 'waitBy',
    type: 'options',
    options: [
      {
        name: 'Not at All',
        value: 'none',
        description: 'Start the video and go on with its ID. Needs a Reelay gateway.',
      },
      {
        name: 'Parking the Execution',
        value: 'parking',
        description:
          'Put the workflow to sleep; the gateway wakes it up, even after a restart of n8n',
      },
      {
        name: 'Streaming Here',
        value: 'streaming',
        description: 'Follow the progress live until the video is there',
      },
    ],
    default: 'streaming',
    displayOptions: { show: { operation: generating } },
    description: 'How the workflow waits for the video, which takes minutes',
  },
]
