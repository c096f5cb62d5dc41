// A list that a panel shows. What this key may not see, or this gateway does not have, is an empty
// list: the panel stays hidden, and nobody is told about a feature they cannot use.

/**
 * @param {import('./gateway.js').Gateway} gateway
 * @param {string} path
 * @returns {Promise<readonly unknown[]>}
 */
export async function readList(gateway, path) {
  const answer = await gateway.call('GET', path).catch(() => null)
  const data = answer?.['data']
  return Array.isArray(data) ? data : []
}
