// One credential for both worlds: a Reelay gateway, or a relay, of which it says how to speak to it.
// The key leaves n8n in the Authorization header alone. The node tests it (testCredential.ts).

import type { IAuthenticateGeneric, ICredentialType, Icon, INodeProperties } from 'n8n-workflow'

export class ReelayApi implements ICredentialType {
  name = 'reelayApi'

  displayName = 'Reelay API'

  icon: Icon = { light: 'file:../icons/reelay.svg', dark: 'file:../icons/reelay.dark.svg' }

  documentationUrl = 'https://github.com/reelay/n8n-nodes-reelay#credentials'

  properties: INodeProperties[] = [
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      required: true,
      default: '',
      placeholder: 'e.g. https://reelay.example.workers.dev',
      description: 'Address of your Reelay gateway, or of a relay. With or without /v1 at the end.',
    },
    {
      displayName: 'API Key',
      name: 'apiKey',
      type: 'string',
      typeOptions: { password: true },
      required: true,
      default: '',
      description:
        'A key of your gateway (its owner creates one at /admin/keys), or the key of the relay',
    },
    {
      displayName: 'Server',
      name: 'relayKind',
      type: 'options',
      options: [
        {
          name: 'Chat',
          value: 'chat',
          description: 'Answers POST /chat/completions with a stream that ends in a link',
        },
        {
          name: 'Find Out',
          value: 'auto',
          description: 'A Reelay gateway is recognised; any other server is taken for a relay',
        },
        {
          name: 'New API',
          value: 'newapi',
          description: 'Takes jobs at POST /video/generations, as new-api sites do',
        },
        {
          name: 'OpenAI Videos',
          value: 'videos',
          description: 'Takes jobs at POST /videos, in the shape of OpenAI',
        },
        {
          name: 'OpenRouter',
          value: 'openrouter',
          description: 'Takes jobs at POST /videos, in the shape of OpenRouter',
        },
        {
          name: 'Reelay Gateway',
          value: 'gateway',
          description: 'Never taken for a relay, whatever stands in front of it',
        },
        {
          name: 'xAI',
          value: 'xai',
          description: 'Takes jobs at POST /videos/generations, in the shape of xAI',
        },
      ],
      default: 'auto',
      description:
        'What is at the base URL. For a relay: how to speak to it, Chat where nothing is known of it.',
    },
    {
      displayName: 'Send as JSON',
      name: 'sendAsJson',
      type: 'boolean',
      default: false,
      displayOptions: { show: { relayKind: ['videos'] } },
      description: 'Whether to send orders as JSON, for a relay that does not take forms',
    },
    {
      displayName: 'Look Every (Seconds)',
      name: 'lookEvery',
      type: 'number',
      typeOptions: { minValue: 0.1, numberPrecision: 1 },
      default: 3,
      displayOptions: { show: { relayKind: ['newapi', 'openrouter', 'videos', 'xai'] } },
      description:
        'How often to ask the relay for a job at most. A job that takes long is asked for more rarely, every half a minute.',
    },
  ]

  authenticate: IAuthenticateGeneric = {
    type: 'generic',
    properties: { headers: { Authorization: '=Bearer {{$credentials.apiKey}}' } },
  }
}
