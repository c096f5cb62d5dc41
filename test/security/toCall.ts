// A route of the table as a request.

/** `POST /v1/videos/:id/remix` with ids put in, as it is requested. */
export function toCall(
  route: string,
  ids: Readonly<Record<string, string>>,
): { method: string; path: string } {
  const [method = '', pattern = ''] = route.split(' ')
  const path = pattern
    .split('/')
    .map((part) => (part.startsWith(':') ? (ids[part.slice(1)] ?? part) : part))
    .join('/')
  return { method, path }
}
