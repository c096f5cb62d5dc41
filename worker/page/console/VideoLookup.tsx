// One video, whosever it is: why it ended so, what it cost, and what can be done now.

import { announce } from '../parts/announce.ts'
import { ConfirmButton } from '../parts/ConfirmButton.tsx'
import { toDateTime, toLength, toMoney } from '../parts/format.ts'
import { Problem } from '../parts/Problem.tsx'
import { Table } from '../parts/Table.tsx'
import { useAction } from '../parts/useAction.ts'
import { useLoaded } from '../parts/useLoaded.ts'
import { t } from '../strings/t.ts'
import type { AdminVideo } from './answers.ts'
import { lookAgain } from './lookAgain.ts'
import { useOperator } from './operator.ts'
import { toMoneyWords, toOutcome } from './VideoTable.tsx'

type Verb = 'settle' | 'archive' | 'wake' | 'cancel' | 'replay'

interface VideoLookupProps {
  readonly id: string
  readonly onBack: () => void
}

export function VideoLookup({ id, onBack }: VideoLookupProps) {
  const api = useOperator()
  const path = `/videos/${encodeURIComponent(id)}`
  const {
    value: video,
    error,
    reload,
  } = useLoaded(async () => (await api.call('GET', path)) as unknown as AdminVideo, [api, id])
  const action = useAction()
  const act = (verb: Verb, body?: { charged: boolean }) =>
    void action.run(async () => {
      if (verb === 'wake') await lookAgain(api, id)
      else await api.call('POST', `${path}/${verb}`, body)
      await reload()
      announce(t('lookup.done'))
    })
  return (
    <div class="stack">
      <p>
        <button type="button" class="button plain small" onClick={onBack}>
          ← {t('common.back')}
        </button>
      </p>
      {error !== null && <Problem error={error} />}
      {video !== null && (
        <>
          <section class="card stack" aria-labelledby="why-title">
            <h2 id="why-title">
              {video.code === null ? toOutcome(video) : t(`failure.${video.code}`)}
            </h2>
            <p class="row">
              <span class={`badge ${video.held_usd > 0 ? 'warn' : ''}`}>{toMoneyWords(video)}</span>
              {video.charge !== null && (
                <span class="badge" title={t(`charge.${video.charge}.hint`)}>
                  {t(`charge.${video.charge}`)}
                </span>
              )}
              {video.code !== null && <code class="badge mono">{video.code}</code>}
            </p>
            {video.message !== null && <blockquote>{video.message}</blockquote>}
            {video.relay_text !== '' && (
              <details open>
                <summary>{t('lookup.words')}</summary>
                <pre class="words">{video.relay_text}</pre>
              </details>
            )}
          </section>
          <section class="card stack" aria-labelledby="now-title">
            <h2 id="now-title">{t('lookup.now')}</h2>
            <p class="quiet">
              {video.code === null ? t('lookup.nothing') : t(`operator.${toAdvice(video)}`)}
            </p>
            {action.error !== null && <Problem error={action.error} />}
            <Verbs video={video} act={act} />
          </section>
          <Attempts video={video} />
        </>
      )}
    </div>
  )
}

interface VerbsProps {
  readonly video: AdminVideo
  readonly act: (verb: Verb, body?: { charged: boolean }) => void
}

/** Only those that this video's state allows. */
function Verbs({ video, act }: VerbsProps) {
  const isUnstored = video.code === 'download_failed' || video.code === 'storage_failed'
  return (
    <div class="row">
      {video.status === 'failed' && (
        <>
          <ConfirmButton
            class="button"
            label={t('doubt.charged')}
            question={t('doubt.sure')}
            onConfirm={() => act('settle', { charged: true })}
          />
          <ConfirmButton
            class="button"
            label={t('doubt.free')}
            question={t('doubt.sure')}
            onConfirm={() => act('settle', { charged: false })}
          />
        </>
      )}
      {isUnstored && (
        <button type="button" class="button" onClick={() => act('archive')}>
          {t('lookup.archive')}
        </button>
      )}
      {(video.status === 'running' || video.next_look_at !== null) && (
        <button type="button" class="button" onClick={() => act('wake')}>
          {t('lookup.wake')}
        </button>
      )}
      {video.status === 'running' && (
        <ConfirmButton
          class="button"
          label={t('stage.cancel')}
          question={t('doubt.sure')}
          onConfirm={() => act('cancel')}
        />
      )}
      {(video.status === 'completed' || video.status === 'failed') && (
        <button type="button" class="button" onClick={() => act('replay')}>
          {t('lookup.replay')}
        </button>
      )}
    </div>
  )
}

function toAdvice({
  code,
  charge,
}: AdminVideo): 'account' | 'archive' | 'doubt' | 'caller' | 'relay' {
  if (code === 'auth' || code === 'quota' || code === 'no_channel') return 'account'
  if (code === 'download_failed' || code === 'storage_failed') return 'archive'
  if (charge === 'possible') return 'doubt'
  if (code === 'content_policy' || code === 'invalid_request' || code === 'cancelled')
    return 'caller'
  return 'relay'
}

function Attempts({ video }: { readonly video: AdminVideo }) {
  return (
    <section class="card stack" aria-labelledby="attempts-title">
      <h2 id="attempts-title">{t('lookup.attempts')}</h2>
      <Table
        heads={['#', t('lookup.began'), t('lookup.took'), t('videos.what')]}
        rows={video.attempts.map(({ attempt, started_at: began, ended_at: ended, code }) => ({
          key: attempt,
          cells: [
            attempt,
            toDateTime(began),
            ended === null ? '…' : toLength((ended - began) * 1000),
            code === null ? '' : t(`short.${code}`),
          ],
        }))}
      />
      <dl class="details">
        {(
          [
            [t('video.id'), video.id],
            [t('keys.account'), video.account],
            [t('lookup.key'), video.key_id],
            [t('lookup.request'), video.request_id],
            [t('lookup.relay'), video.relay ?? null],
            [t('compose.model'), video.model],
            [t('lookup.price'), toMoney(video.price_usd)],
          ] as const
        ).map(([name, text]) =>
          text === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd class="mono break">{text}</dd>
            </div>
          ),
        )}
      </dl>
    </section>
  )
}
