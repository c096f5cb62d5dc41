// The few drawings of the page, on one grid of 20, in the colour of the text beside them.

const paths = {
  play: 'M7 4.5v11l9-5.5z',
  image: 'M3.5 4.5h13v11h-13zM3.5 13l4-4 3 3 2.5-2.5 3.5 3.5M12.5 7.4h.01',
  plus: 'M10 4v12M4 10h12',
  close: 'M5 5l10 10M15 5L5 15',
  download: 'M10 3v9m0 0l-3.5-3.5M10 12l3.5-3.5M4 16h12',
  link: 'M8.5 11.5l3-3M7 9L5.2 10.8a2.8 2.8 0 004 4L11 13M13 11l1.8-1.8a2.8 2.8 0 00-4-4L9 7',
  share: 'M10 12V3m0 0L6.8 6.2M10 3l3.2 3.2M5 10v6h10v-6',
  code: 'M7 6l-4 4 4 4M13 6l4 4-4 4',
  remix: 'M4 7h8.5M10 4l3 3-3 3M16 13H7.5M10 10l-3 3 3 3',
  copies: 'M7 7h9v9H7zM4 13V4h9',
  frame: 'M3.5 5.5h13v9h-13zM12.5 5.5v9',
  trash: 'M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6',
  bell: 'M6 13V9a4 4 0 018 0v4l1.5 1.5h-11zM8.8 17h2.4',
  search: 'M9 14a5 5 0 100-10 5 5 0 000 10zM13 13l3.5 3.5',
  key: 'M12.5 8.5m-3 0a3 3 0 106 0 3 3 0 10-6 0M10.3 10.7L4 17M6.5 14.5L8.5 16.5',
  check: 'M4.5 10.5l3.5 3.5 7.5-8',
  spark: 'M10 3l1.6 5.4L17 10l-5.4 1.6L10 17l-1.6-5.4L3 10l5.4-1.6z',
  grid: 'M4 4h5v5H4zM11 4h5v5h-5zM4 11h5v5H4zM11 11h5v5h-5z',
  clock: 'M10 17a7 7 0 100-14 7 7 0 000 14zM10 6v4l2.5 2',
  chart: 'M4 16V9M10 16V4M16 16v-5',
  warning: 'M10 4l7 12H3zM10 9v3M10 14h.01',
  more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
} as const

export type IconName = keyof typeof paths

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  )
}
