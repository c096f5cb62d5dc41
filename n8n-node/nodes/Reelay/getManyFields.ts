// What the panel asks for of Get Many. Display only.

import type { INodeProperties } from 'n8n-workflow'

export const getManyFields: INodeProperties[] = [
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
    displayName: 'Filters',
    name: 'filters',
    type: 'collection',
    placeholder: 'Add Filter',
    default: {},
    displayOptions: { show: { operation: ['getAll'] } },
    options: [
      {
        displayName: 'Created After',
        name: 'createdAfter',
        type: 'dateTime',
        default: '',
        description: 'Only videos that were ordered at this time or later',
      },
      {
        displayName: 'Created Before',
        name: 'createdBefore',
        type: 'dateTime',
        default: '',
        description: 'Only videos that were ordered before this time',
      },
      {
        displayName: 'Metadata Key',
        name: 'metadataKey',
        type: 'string',
        default: '',
        description: 'Only videos that have this key in their metadata',
      },
      {
        displayName: 'Metadata Value',
        name: 'metadataValue',
        type: 'string',
        default: '',
        description: 'Only videos whose metadata has this text under Metadata Key',
      },
      {
        displayName: 'Model',
        name: 'model',
        type: 'string',
        default: '',
        placeholder: 'e.g. sora-2',
        description: 'Only videos of this model',
      },
      {
        displayName: 'Search',
        name: 'search',
        type: 'string',
        default: '',
        description: 'Only videos with this text in their prompt or ID',
      },
      {
        displayName: 'Status',
        name: 'status',
        type: 'options',
        options: [
          { name: 'Completed', value: 'completed' },
          { name: 'Failed', value: 'failed' },
          { name: 'In Progress', value: 'in_progress' },
          { name: 'Queued', value: 'queued' },
        ],
        default: 'completed',
        description: 'Only videos that are in this state',
      },
    ],
  },
]
