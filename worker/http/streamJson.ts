// A JSON document that is not there yet, as a body: white space, which JSON allows before a document,
// keeps the connection until it is. Whoever reads it pulls, so who leaves is looked for no more.

const encoder = new TextEncoder()

/** `look`: the document, or null after as long as may pass in silence; asked again until it is there. */
export function streamJson(look: () => Promise<string | null>): ReadableStream<Uint8Array> {
  const whiteSpace = '\n'
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // At once: it takes status and headers along.
        controller.enqueue(encoder.encode(whiteSpace))
      },
      async pull(controller) {
        const document = await look()
        controller.enqueue(encoder.encode(document ?? whiteSpace))
        if (document !== null) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}
