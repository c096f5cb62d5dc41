// The prompt, large, and under it only what the chosen model takes. It works before the models are
// known; the gateway then takes its own defaults.

import type { TargetedKeyboardEvent } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { toMoney, toShape } from '../parts/format.ts'
import { Icon } from '../parts/Icon.tsx'
import { Problem } from '../parts/Problem.tsx'
import type { Action } from '../parts/useAction.ts'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'
import { Choice, List } from './Choice.tsx'
import { findModel, pick, takenRoles, toPrice, toShapes } from './draft.ts'
import { PROMPT_ID, useDraft } from './draftContext.ts'
import { AddImage, ImageRow, readImages, toImages } from './Images.tsx'
import { hasMore, MoreFields } from './MoreFields.tsx'
import { RatioGlyph } from './RatioGlyph.tsx'
import { TryFailure } from './TryFailure.tsx'

interface ComposerProps {
  readonly onGenerate: () => void
  readonly action: Action
}

const isMac = /mac|iphone|ipad/i.test(navigator.userAgent)

export function Composer({ onGenerate, action }: ComposerProps) {
  const { models, isSimulated, can } = useSession()
  const { draft, change } = useDraft()
  const [isEmpty, setEmpty] = useState(false)
  const [isOver, setOver] = useState(false)
  const [isMore, setMore] = useState(false)
  const [imageProblem, setImageProblem] = useState<string | null>(null)
  const prompt = useRef<HTMLTextAreaElement>(null)
  const model = findModel(models, draft)
  const roles = takenRoles(model)
  const shapes = toShapes(model)
  const mayGenerate = can('generate')

  const addFiles = async (files: readonly File[]) => {
    setImageProblem(null)
    try {
      change({ images: toImages(draft.images, await readImages(files), roles) })
    } catch (error) {
      setImageProblem(error instanceof Error ? error.message : String(error))
    }
  }
  const take = (event: { preventDefault(): void }, transfer: DataTransfer | null) => {
    const files = [...(transfer?.files ?? [])]
    setOver(false)
    if (files.length === 0 || roles.length === 0) return
    event.preventDefault()
    void addFiles(files)
  }
  const submit = (event: Event) => {
    event.preventDefault()
    if (!mayGenerate) return
    setEmpty(draft.prompt.trim() === '')
    if (draft.prompt.trim() === '') return prompt.current?.focus()
    onGenerate()
  }
  const pressKey = (event: TargetedKeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event)
  }
  const price = toPrice(draft, models)

  return (
    <form
      class={`composer${isOver ? ' over' : ''}`}
      noValidate
      onSubmit={submit}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(roles.length > 0)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => take(event, event.dataTransfer)}
    >
      <label class="visually-hidden" for={PROMPT_ID}>
        {t('compose.prompt')}
      </label>
      <textarea
        id={PROMPT_ID}
        ref={prompt}
        rows={3}
        placeholder={t('compose.placeholder')}
        value={draft.prompt}
        aria-invalid={isEmpty}
        aria-describedby={isEmpty ? 'prompt-problem' : undefined}
        onInput={(event) => {
          setEmpty(false)
          change({ prompt: event.currentTarget.value })
        }}
        onKeyDown={pressKey}
        onPaste={(event) => take(event, event.clipboardData)}
      />
      {isEmpty && (
        <p id="prompt-problem" class="small bad-text" role="alert">
          {t('compose.empty')}
        </p>
      )}
      <ImageRow model={model} />
      {imageProblem !== null && (
        <p class="small bad-text" role="alert">
          {imageProblem}
        </p>
      )}
      <div class="chips">
        <List
          id="model"
          label={t('compose.model')}
          value={model?.id ?? ''}
          options={models.map(({ id }) => id)}
          toText={(id) => id}
          onChange={(id) => change({ model: id })}
        />
        <Choice
          id="seconds"
          label={t('compose.seconds')}
          value={pick(draft.seconds, model?.seconds ?? [])}
          options={model?.seconds ?? []}
          toText={(seconds) => t('format.seconds', { n: seconds })}
          onChange={(seconds) => change({ seconds })}
        />
        <Choice
          id="size"
          label={t('compose.shape')}
          value={pick(draft.shape, shapes)}
          options={shapes}
          toText={toShape}
          glyph={(shape) => <RatioGlyph shape={shape} />}
          onChange={(shape) => change({ shape })}
        />
        {model?.sizes.length === 0 && (
          <Choice
            id="resolution"
            label={t('compose.resolution')}
            value={pick(draft.resolution, model.resolutions)}
            options={model.resolutions}
            toText={(text) => text}
            onChange={(resolution) => change({ resolution })}
          />
        )}
        {roles.length > 0 && <AddImage onFiles={(files) => void addFiles(files)} />}
        {hasMore(model) && (
          <button
            type="button"
            class="chip"
            aria-expanded={isMore}
            onClick={() => setMore(!isMore)}
          >
            <Icon name="more" />
            <span>{t('compose.more')}</span>
          </button>
        )}
      </div>
      {isMore && <MoreFields model={model} />}
      {draft.mayHaveBeenCharged && (
        <label class="check charge-consent">
          <input
            type="checkbox"
            checked={draft.acceptsCharge}
            onChange={(event) => change({ acceptsCharge: event.currentTarget.checked })}
          />
          {t('compose.accept')}
        </label>
      )}
      <div class="send">
        {isSimulated && mayGenerate && <TryFailure />}
        <p class="small quiet">{mayGenerate ? t('compose.hint') : t('compose.readonly')}</p>
        {mayGenerate && price !== null && price > 0 && (
          <span class="price" title={t('compose.price.hint')}>
            {t('compose.price', { price: toMoney(price) })}
          </span>
        )}
        <button
          class="button primary generate"
          type="submit"
          aria-disabled={action.isBusy || !mayGenerate}
        >
          {action.isBusy ? t('compose.sending') : t('compose.generate')}
          <kbd aria-hidden="true">{isMac ? '⌘↵' : 'Ctrl ↵'}</kbd>
        </button>
      </div>
      {action.error !== null && <Problem error={action.error} />}
    </form>
  )
}
