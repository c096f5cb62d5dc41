// One credential for both worlds: a Reelay gateway, or a relay, of which it says how to speak to it.
// The key leaves n8n in the Authorization header alone, added by n8n itself.

import type {
  IAuthenticateGeneric,
  ICredentialTestRequest,
  ICredentialType,
  Icon,
  INodeProperties,
} from 'n8n-workflow'

const refusals = {
  401: 'The server answered, but refused the API key. Copy the key again, without spaces.',
  403: 'The API key is valid but not allowed to do this. Ask for one with all scopes.',
  404: 'There is no API at this base URL. Enter the address up to /v1, nothing after it.',
  429: 'The server answered, but is busy or out of quota for this key. Try again later.',
  502: 'The gateway answered, but cannot reach its relay. Try again later.',
  503: 'The server is there, but not ready. Try again later.',
}

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
      displayName: 'Relay Kind',
      name: 'relayKind',
      type: 'options',
      options: [
        {
          name: 'Chat',
          value: 'chat',
          description: 'Answers POST /chat/completions with a stream that ends in a link',
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
          name: 'xAI',
          value: 'xai',
          description: 'Takes jobs at POST /videos/generations, in the shape of xAI',
        },
      ],
      default: 'chat',
      description:
        'How to speak to a relay. A Reelay gateway is recognised by itself; this is ignored for it.',
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
      displayOptions: { hide: { relayKind: ['chat'] } },
      description:
        'How often to ask the relay for a job at most. A job that takes long is asked for more rarely, every half a minute.',
    },
  ]

  authenticate: IAuthenticateGeneric = {
    type: 'generic',
    properties: { headers: { Authorization: '=Bearer {{$credentials.apiKey}}' } },
  }

  // The expression does what normalizeBaseUrl does: no slash at the end, `/v1` exactly once.
  test: ICredentialTestRequest = {
    request: {
      baseURL:
        '={{ $credentials.baseUrl.trim().replace(/^(?!https?:\\/\\/)/i, "https://").replace(/\\/v1(\\/.*)?$/, "").replace(/\\/{1,9}$/, "") }}/v1',
      url: '/models',
    },
    rules: Object.entries(refusals).map(([status, message]) => ({
      type: 'responseCode',
      properties: { value: Number(status), message },
    })),
  }
}
