// The request as a command line. The key stays a variable: commands end up in histories and chats.

/**
 * @param {string} method
 * @param {string} url
 * @param {object} body
 */
export function toCurl(method, url, body) {
  return [
    `curl -X ${method.toUpperCase()} ${quote(url)}`,
    `  -H "Authorization: Bearer $REELAY_API_KEY"`,
    `  -H 'Content-Type: application/json'`,
    `  -d ${quote(JSON.stringify(body))}`,
  ].join(' \\\n')
}

/**
 * Single quotes keep everything from the shell except themselves.
 * @param {string} text
 */
function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
