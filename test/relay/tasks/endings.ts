// How a task ends. Only the first is a video; two more are called a success by the relay and are
// none, which is what makes them interesting.

export type TaskEnding =
  | { readonly is: 'done' }
  /** Called done, and refused: an error beside the success, or a flag. Billed. */
  | { readonly is: 'moderated'; readonly code: string; readonly message: string }
  /** Called done, without a link. Billed. */
  | { readonly is: 'empty' }
  /** `word`: what stands for the state in place of the kind's own word for a failure. */
  | {
      readonly is: 'failed'
      readonly code: string
      readonly message: string
      readonly word?: string
    }
  | { readonly is: 'expired' }

export const taskEndings = {
  guardrail: {
    is: 'failed',
    code: 'content_policy_violation',
    message: 'The prompt may violate our guardrails concerning similarity to third-party content.',
  },
  'quota-late': {
    is: 'failed',
    code: 'insufficient_quota',
    message: 'The account behind this channel has no credits left.',
  },
  failed: { is: 'failed', code: 'generation_failed', message: 'The video could not be generated.' },
  'failed-none': { is: 'failed', code: '', message: '' },
  dead: { is: 'failed', code: '', message: 'The worker died.', word: 'dead' },
  cancelled: { is: 'failed', code: '', message: 'Cancelled by the provider.', word: 'cancelled' },
  expired: { is: 'expired' },
  moderated: {
    is: 'moderated',
    code: 'moderation_blocked',
    message: 'The generated video was blocked by our moderation system.',
  },
  empty: { is: 'empty' },
} as const satisfies Record<string, TaskEnding>
