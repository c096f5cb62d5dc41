// What cannot be, unless this code is wrong. The message is ours alone, words and numbers, so that it may
// be shown in a log.

export class Impossible extends Error {
  override readonly name = 'Impossible'
}
