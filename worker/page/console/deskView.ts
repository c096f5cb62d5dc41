// What every view of the console can do besides its own: open a video, go to another view.

export type ViewName = 'overview' | 'videos' | 'doubt' | 'keys' | 'audit' | 'settings'

export interface DeskViewProps {
  readonly onVideo: (id: string) => void
  readonly onView: (view: ViewName) => void
}
