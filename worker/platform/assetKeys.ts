// Where the store keeps what belongs to a generation. Ids are ours, so keys need no escaping.

export function toAssetKey(id: string): string {
  return `videos/${id}.mp4`
}

export function toThumbnailKey(id: string): string {
  return `videos/${id}.thumbnail`
}
