// A kind's call as the request a host sends: the relay's address before its path, the relay's headers
// beside its own, and a body that is made while it is sent.

import type { TransportRequest } from '../ports.ts'
import { bodyLength, encodeBody, type GetAttachment } from './encodeBody.ts'
import { encodeForm, formLength } from './encodeForm.ts'
import type { RelayCall } from './relay.ts'

export interface CallSettings {
  /** `{base}`, without a trailing slash. */
  readonly baseUrl: string
  /** The relay's key and whatever else goes along with every call to it. */
  readonly headers: Readonly<Record<string, string>>
  readonly getAttachment: GetAttachment
  /** Random letters, digits or hyphens, 16 at least. */
  readonly boundary: string
}

export function toTransportRequest(
  { method, path, accept, body }: RelayCall,
  { baseUrl, headers, getAttachment, boundary }: CallSettings,
): Omit<TransportRequest, 'signal'> {
  const url = `${baseUrl}${path}`
  if (body === null) return { method, url, headers: { ...headers, accept } }
  switch (body.as) {
    case 'json':
      return {
        method,
        url,
        headers: { ...headers, accept, 'content-type': 'application/json' },
        body: { length: bodyLength(body.value), bytes: encodeBody(body.value, getAttachment) },
      }
    case 'form': {
      const type = `multipart/form-data; boundary=${boundary}`
      return {
        method,
        url,
        headers: { ...headers, accept, 'content-type': type },
        body: {
          length: formLength(body.fields, boundary),
          bytes: encodeForm(body.fields, boundary, getAttachment),
        },
      }
    }
  }
}
