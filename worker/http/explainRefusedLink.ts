// Why a signed link does not open what it names, for people.

export function explainRefusedLink(reason: 'refused' | 'expired'): string {
  return reason === 'expired'
    ? 'This link has expired. Ask for the video again to get a new one.'
    : 'This link is not valid. Use it exactly as it was given.'
}
