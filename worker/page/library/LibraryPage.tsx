// Every video of the account: filtered by state, model and words, a page at a time as it is scrolled
// to, deleted one by one or many at once.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { VideoPage } from '../../../shared/client/client.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import { announce } from '../parts/announce.ts'
import { ConfirmButton } from '../parts/ConfirmButton.tsx'
import { Problem } from '../parts/Problem.tsx'
import { useAction } from '../parts/useAction.ts'
import { useLoaded } from '../parts/useLoaded.ts'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'
import { type Filter, Filters, noFilter } from './Filters.tsx'
import { Tile } from './Tile.tsx'

const PAGE = 24
/** Running ones are looked at this often. */
const LOOK_MS = 5_000

export function LibraryPage() {
  const { api, can } = useSession()
  const [filter, setFilter] = useState<Filter>(noFilter)
  const [videos, setVideos] = useState<readonly VideoResource[]>([])
  const [next, setNext] = useState<string | null | undefined>(undefined)
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null)
  const more = useAction()
  const deleting = useAction()
  const read = (after: string | null) =>
    api.list({
      limit: PAGE,
      ...(after !== null && { after }),
      ...(filter.status !== 'all' && { status: filter.status }),
      ...(filter.model !== '' && { model: filter.model }),
      ...(filter.text !== '' && { q: filter.text }),
    })
  const first = useLoaded(() => read(null), [api, filter])
  const begun = useRef(first.value)
  const append = (
    before: readonly VideoResource[],
    { videos: found, hasMore, lastId }: VideoPage,
  ) => {
    setVideos([...before, ...found])
    setNext(hasMore ? lastId : null)
  }
  useEffect(() => {
    begun.current = first.value
    if (first.value !== null) append([], first.value)
  }, [first.value])
  const readMore = async (after: string) => {
    const page = await read(after)
    // It may belong to a filter that is gone.
    if (begun.current === first.value) append(videos, page)
  }

  const running = videos.filter(({ status }) => status === 'queued' || status === 'in_progress')
  useEffect(() => {
    if (running.length === 0) return
    const timer = setInterval(() => {
      for (const { id } of running) {
        void api.retrieve(id).then(
          (now) => setVideos((all) => all.map((one) => (one.id === id ? now : one))),
          // What cannot be read now is looked at again soon.
          () => undefined,
        )
      }
    }, LOOK_MS)
    return () => clearInterval(timer)
  }, [api, running.map(({ id }) => id).join()])

  const removeChosen = async () => {
    for (const id of chosen ?? []) {
      await api.remove(id)
      setVideos((all) => all.filter((one) => one.id !== id))
    }
    setChosen(null)
    announce(t('done.deleted'))
  }
  const choose = (id: string, isChosen: boolean) => {
    const others = new Set(chosen)
    if (isChosen) others.add(id)
    else others.delete(id)
    setChosen(others)
  }
  const isFiltered = filter.status !== 'all' || filter.model !== '' || filter.text !== ''
  return (
    <main id="main" class="page wide">
      <div class="row between">
        <h1>{t('nav.library')}</h1>
        {can('manage') && videos.length > 0 && (
          <button
            type="button"
            class="button small"
            aria-pressed={chosen !== null}
            onClick={() => setChosen(chosen === null ? new Set() : null)}
          >
            {t('library.select')}
          </button>
        )}
      </div>
      <Filters filter={filter} onChange={setFilter} />
      {chosen !== null && (
        <div class="notice row between bulk">
          <span role="status">{t('library.chosen', { n: chosen.size })}</span>
          {chosen.size > 0 && (
            <ConfirmButton
              class="button small"
              label={t('library.delete', { n: chosen.size })}
              question={t('done.delete.sure')}
              onConfirm={() => void deleting.run(removeChosen)}
            />
          )}
        </div>
      )}
      {deleting.error !== null && <Problem error={deleting.error} />}
      {[first.error, more.error].map((error) => error !== null && <Problem error={error} />)}
      <ul class="wall" aria-busy={first.isLoading || more.isBusy}>
        {videos.map((video) => (
          <Tile
            key={video.id}
            video={video}
            chosen={chosen?.has(video.id)}
            onChoose={
              chosen === null || running.includes(video)
                ? undefined
                : (isChosen) => choose(video.id, isChosen)
            }
          />
        ))}
      </ul>
      {videos.length === 0 && next === null && (
        <p class="empty">{t(isFiltered ? 'library.nothing' : 'library.empty')}</p>
      )}
      {next != null && (
        <p class="row center">
          <button
            type="button"
            class="button"
            aria-disabled={more.isBusy}
            onClick={() => void more.run(() => readMore(next))}
          >
            {t('library.more')}
          </button>
        </p>
      )}
    </main>
  )
}
