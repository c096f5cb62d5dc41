// The last picture of the video in the player, to begin another one with. The video comes from this very
// host, so the browser lets its pixels be read.

export async function captureLastFrame(player: HTMLVideoElement): Promise<string> {
  const video = document.createElement('video')
  video.muted = true
  video.preload = 'auto'
  video.src = player.currentSrc
  await once(video, 'loadedmetadata')
  video.currentTime = Math.max(0, video.duration - 0.05)
  await once(video, 'seeked')
  const canvas = document.createElement('canvas')
  canvas.width = video.videoWidth
  canvas.height = video.videoHeight
  canvas.getContext('2d')?.drawImage(video, 0, 0)
  return canvas.toDataURL('image/jpeg', 0.92)
}

function once(video: HTMLVideoElement, event: 'loadedmetadata' | 'seeked'): Promise<void> {
  return new Promise((resolve, reject) => {
    video.addEventListener(event, () => resolve(), { once: true })
    video.addEventListener('error', () => reject(new Error('The video could not be read.')), {
      once: true,
    })
  })
}
