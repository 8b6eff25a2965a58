/** The photo of what is being written: taken, described, looked at and ticked by a person; or why there is none. */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { PHOTO } from '../shared/draft.ts'
import { language, t } from '../shared/i18n/index.ts'
import { CHECKS, lacksOf, sizeWords, type Photo } from '../shared/photo.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { Notice } from '../shared/ui/parts.tsx'
import type { Tablet } from './tablet.ts'

/** Opens the camera, or with `chosen` the pictures that are there already. */
function Picker({ tablet, chosen, class: extra, children }: { tablet: Tablet; chosen?: boolean; class: string; children: ComponentChildren }) {
  return (
    <label class={`btn ${extra} picker`}>
      <Icon name={chosen ? 'image' : 'camera'} />
      {children}
      <input
        type="file"
        accept="image/*"
        {...(chosen ? {} : { capture: 'environment' })}
        disabled={tablet.photographs.reading.value}
        // Fired when the camera was refused or closed; some browsers then say nothing at all.
        onCancel={() => void tablet.attach(undefined)}
        onChange={(change) => {
          const box = change.currentTarget
          const file = box.files?.[0]
          box.value = '' // the same file again is a new choice
          void tablet.attach(file)
        }}
      />
    </label>
  )
}

/** In the composer's head, for whoever may add pictures. */
export function PhotoButton({ tablet }: { tablet: Tablet }) {
  if (!tablet.rights.value.has('media.upload') || tablet.writing.draft.value.photo) return null
  return (
    <Picker tablet={tablet} class="btn-q key">
      {/* The head has no room for the word beside a step's title. */}
      <span class="vh">{t('photo.take')}</span>
    </Picker>
  )
}

function Looking({ tablet, photo, lang }: { tablet: Tablet; photo: Photo; lang: string }) {
  return (
    <div class="looking">
      <label class="field">
        <span class="b">{t('photo.alt')}</span>
        <input
          class="in"
          lang={lang}
          dir="auto"
          maxLength={400}
          value={photo.alt[lang] ?? ''}
          aria-invalid={tablet.writing.marks.value.some((mark) => mark.where === PHOTO) ? 'true' : undefined}
          aria-describedby="alt-hint"
          onInput={(input) => tablet.describe({ alt: { ...photo.alt, [lang]: input.currentTarget.value } })}
        />
        <span class="hint" id="alt-hint">{t('photo.alt.hint')}</span>
      </label>
      <fieldset>
        <legend class="b">{t('photo.checks')}</legend>
        {CHECKS.map((check) => (
          <label class="tick" key={check}>
            <input
              type="checkbox"
              checked={photo.checklist[check] === true}
              onChange={(change) => tablet.describe({ checklist: { ...photo.checklist, [check]: change.currentTarget.checked } })}
            />
            {t(`photo.check.${check}`)}
          </label>
        ))}
      </fieldset>
      <label class="tick">
        <input type="checkbox" checked={photo.graphic} onChange={(change) => tablet.describe({ graphic: change.currentTarget.checked })} />
        {t('photo.graphic')}
      </label>
    </div>
  )
}

export function PhotoPanel({ tablet }: { tablet: Tablet }) {
  // Open until a person closes it: the last tick must not take the list from under the finger.
  const closed = useSignal<string | undefined>(undefined)
  const { reading, trouble, shown } = tablet.photographs
  const photo = tablet.writing.draft.value.photo
  const main = tablet.writing.main_lang.value
  const lacks = photo && lacksOf(photo, main)
  // One that the server gave back is as it was approved: it can be left out, not changed.
  const fixed = photo?.size_bytes === 0
  const open = photo && !fixed && (lacks || closed.value !== photo.id)
  return (
    <>
      {trouble.value && (
        <Notice
          tone="warn"
          icon="camera"
          title={t(photo ? 'photo.title' : 'photo.trouble')}
          action={
            photo ? undefined : (
              <Picker tablet={tablet} chosen class="btn-s">
                {t('photo.choose')}
              </Picker>
            )
          }
        >
          {trouble.value}
        </Notice>
      )}
      {reading.value && <p class="t2" role="status">{t('photo.reading')}</p>}
      {photo && (
        <div class="photo" role="group" aria-label={t('photo.title')}>
          <div class="row">
            {shown.value?.id === photo.id ? <img src={shown.value.url} alt="" /> : <span class="blank"><Icon name="image" /></span>}
            <span class="sp">
              <b>{t('photo.title')}</b>
              <small class="t2">{fixed ? t('photo.back') : t('photo.sub', { size: sizeWords(photo.size_bytes, language()) })}</small>
              <small class={lacks ? 'ct-warn b' : 'ct-ok b'}>{t(lacks ? `photo.lacks.${lacks}` : 'photo.looked')}</small>
            </span>
            {!fixed && !lacks && (
              <button type="button" class="btn btn-s" aria-label={t('photo.edit')} aria-expanded={Boolean(open)} onClick={() => (closed.value = open ? photo.id : undefined)}>
                <Icon name="edit" />
              </button>
            )}
            <button type="button" class="btn btn-s" aria-label={t('photo.remove')} onClick={() => void tablet.detach()}>
              <Icon name="x" />
            </button>
          </div>
          {photo && open && <Looking tablet={tablet} photo={photo} lang={main} />}
        </div>
      )}
    </>
  )
}
