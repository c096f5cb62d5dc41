// A file that was chosen, dropped or pasted, as what a request carries; too large ones are refused here,
// before they are read and sent for nothing.

import { t } from '../strings/t.ts'

/** The gateway's own limit for one image, 8 MiB. */
const MOST_BYTES = 8 * 1024 * 1024

export async function readImage(file: File): Promise<{ source: string; name: string }> {
  if (!/^image\/(?:png|jpeg|webp)$/.test(file.type)) throw new Error(t('image.type'))
  if (file.size > MOST_BYTES) throw new Error(t('image.large', { name: file.name }))
  const source = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(String(reader.result)))
    reader.addEventListener('error', () => reject(reader.error ?? new Error(file.name)))
    reader.readAsDataURL(file)
  })
  return { source, name: file.name }
}
