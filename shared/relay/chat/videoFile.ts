// Whether an address names the file of a video, in its path or, where one script hands out all files, in
// its query. Most result links name none.

const extension = /\.(?:mp4|webm|mov|m4v|mkv|avi|ogv|m3u8|mpd)$/i

export function hasVideoExtension(url: string): boolean {
  return extension.test(url.split(/[?#]/, 1)[0] ?? '')
}

/** As in `/view?filename=out.mp4&type=output`. */
export function namesVideoFile({ search }: URL): boolean {
  return search.split('&').some((pair) => extension.test(pair.replace(/(?:["']|%2[27])$/, '')))
}
