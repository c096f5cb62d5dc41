// Starts a workflow when a video has ended. Registers and removes its own endpoint at the gateway,
// believes only what is signed with that endpoint's secret, and nothing twice.

import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow'

import { outputField } from '../Reelay/operationFields.ts'
import { testCredential } from '../Reelay/testCredential.ts'
import { endpointHooks } from './endpoint.ts'
import { receiveEvent } from './receiveEvent.ts'

export class ReelayTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Reelay Trigger',
    name: 'reelayTrigger',
    icon: { light: 'file:../../icons/reelay.svg', dark: 'file:../../icons/reelay.dark.svg' },
    group: ['trigger'],
    version: [1],
    subtitle: '={{ $parameter["events"].join(", ") }}',
    // n8n shows the trigger's words for both nodes where it lists them as one.
    description: 'Generate videos from text and images, and start workflows when one is finished',
    eventTriggerDescription:
      'Waiting for a video to end, which any request with this API key starts',
    defaults: { name: 'Reelay Trigger' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'reelayApi', required: true, testedBy: 'testCredential' }],
    webhooks: [
      { name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' },
    ],
    properties: [
      {
        displayName:
          'Needs a Reelay gateway that can reach this n8n. The endpoint is registered when the workflow is activated, and removed afterwards.',
        name: 'notice',
        type: 'notice',
        default: '',
      },
      {
        displayName: 'Events',
        name: 'events',
        type: 'multiOptions',
        required: true,
        options: [
          {
            name: 'Video Completed',
            value: 'video.completed',
            description: 'The video is stored and can be downloaded',
          },
          {
            name: 'Video Failed',
            value: 'video.failed',
            description: 'The video ended without a result, or was cancelled',
          },
        ],
        default: ['video.completed'],
        description: 'What starts the workflow. Events concern all videos of the API key.',
      },
      {
        displayName: 'Filters',
        name: 'filters',
        type: 'collection',
        placeholder: 'Add Filter',
        default: {},
        options: [
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
            displayName: 'Not From This Workflow',
            name: 'notOwn',
            type: 'boolean',
            default: true,
            description:
              'Whether to ignore what Reelay nodes of this very workflow make, which would otherwise start it again',
          },
        ],
      },
      {
        displayName: 'Options',
        name: 'options',
        type: 'collection',
        placeholder: 'Add option',
        default: {},
        options: [
          {
            displayName: 'Download Video',
            name: 'downloadVideo',
            type: 'boolean',
            default: false,
            description: 'Whether to store the file of a completed video as binary data',
          },
          outputField,
        ],
      },
    ],
  }

  methods = { credentialTest: { testCredential } }

  webhookMethods = { default: endpointHooks }

  webhook = receiveEvent
}
