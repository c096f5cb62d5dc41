// What a generation says it used, in the words of a chat completion.

export interface RelayUsage {
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly total_tokens: number
}
