// The four states of a video, OpenAI's words for them.

export const videoStatuses = ['queued', 'in_progress', 'completed', 'failed'] as const

export type VideoStatus = (typeof videoStatuses)[number]
