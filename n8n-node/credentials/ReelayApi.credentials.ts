// One credential for both worlds: a Reelay gateway, or a relay that only speaks chat completions.
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
      description:
        'Address of your Reelay gateway, or of a relay that streams chat completions. With or without /v1 at the end.',
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
