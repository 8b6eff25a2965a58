/**
 * Who is on duty and what has changed: who stopped and since when, who has the button, and the course of an operation
 * that has changed, where the family hears before the public.
 */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { post } from '../shared/api.ts'
import * as commands from '../shared/commands.ts'
import { t } from '../shared/i18n/index.ts'
import { Dialog, DialogFoot } from '../shared/ui/dialog.tsx'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip } from '../shared/ui/parts.tsx'
import { TroubleLine } from '../shared/ui/trouble.tsx'
import { clock } from '../shared/when.ts'
import type { DutyState } from '../shared/wire.ts'
import type { Desk } from './desk.ts'

export type Course = 'line' | 'text_only' | 'slow' | 'stop'

/** The branch of the cue sheet that keeps the lines for a changed course; two people signed each beforehand. */
const LINES = 'complication'

export class Duty {
  private readonly desk: Desk

  constructor(desk: Desk) {
    this.desk = desk
  }

  get state(): DutyState | undefined {
    return this.desk.store.event.value?.duty ?? undefined
  }

  private act(name: string, path: string, body: unknown = {}, after?: () => void): void {
    const { acting, config, store } = this.desk
    void acting.once(
      name,
      async () => {
        await post<unknown>(`events/${config.event_id}/${path}`, body)
        // Ask how it stands instead of waiting to be told: whoever pressed must see it at once.
        store.begin(await commands.readEvent(config.event_id))
        after?.()
      },
      { urgent: true },
    )
  }

  callComplication = () => this.act('complication', 'complication')
  familyTold = () => this.act('family', 'complication/family-told')
  takeButton = () => this.act('button', 'button/take')
  acceptButton = () => this.act('button', 'button/accept')

  offerButton(person_id: string): void {
    this.act('button', 'button/offer', { person_id }, () => (this.desk.asking.value = undefined))
  }

  /** The line leaves word for word when the hold is lifted; nobody writes in that hour. */
  goOn(course: Course, step_id?: string): void {
    this.act('course', 'complication/course', { course, ...(step_id ? { step_id } : {}) })
  }
}

/** The changed course, from the tap to how it goes on. Nothing here says why: that is in no record of ours. */
export function CourseBanner({ desk }: { desk: Desk }) {
  const duty = desk.duty.state
  return duty?.complication ? <ChangedCourse desk={desk} duty={duty} /> : null
}

function ChangedCourse({ desk, duty }: { desk: Desk; duty: DutyState }) {
  const lines = useSignal<commands.Step[]>([])
  const chosen = useSignal('')
  useEffect(() => {
    commands.readSteps(desk.config.event_id, true).then(
      (steps) => {
        lines.value = steps.filter((step) => step.branch === LINES && step.signed && !step.slots.length)
        chosen.value = lines.value[0]?.id ?? ''
      },
      () => undefined, // the server refuses a line that is not signed, whatever is shown here
    )
  }, [])
  const line = lines.value.find((step) => step.id === chosen.value)
  const lang = desk.store.event.value?.default_lang ?? 'en'
  const told = duty.complication === 'family_told'
  const busy = desk.acting.busy.value.has('course') || desk.acting.busy.value.has('family')
  return (
    <section class="course" aria-labelledby="h-course">
      <Icon name="hand" />
      <div role="status">
        <h2 id="h-course">{t('course.title')}</h2>
        <p class="t2">
          {duty.complication_at && t('course.frozen', { time: clock(duty.complication_at) })} {t(told ? 'course.told' : 'course.family')}
        </p>
        {line && (
          <p class="small">
            {t('course.says')} <q lang={lang}>{line.texts[lang]}</q>
          </p>
        )}
      </div>
      <div class="row wrap acts">
        {!told &&
          (desk.may('family.tell') ? (
            <button type="button" class="btn btn-p" disabled={busy} onClick={desk.duty.familyTold}>
              <Icon name="users" />
              {t('course.tell')}
            </button>
          ) : (
            <Chip tone="warn" icon="clock">
              {t('course.waits')}
            </Chip>
          ))}
        {desk.may('update.submit') && (
          <>
            {lines.value.length > 1 && (
              <select class="in" aria-label={t('course.which')} value={chosen.value} onChange={(change) => (chosen.value = change.currentTarget.value)}>
                {lines.value.map((step) => (
                  <option key={step.id} value={step.id}>
                    {step.title}
                  </option>
                ))}
              </select>
            )}
            <button type="button" class="btn btn-s" disabled={busy || !told} onClick={() => desk.duty.goOn('line', chosen.value)}>
              {t('course.line')}
            </button>
            <button type="button" class="btn btn-s" disabled={busy || !told} onClick={() => desk.duty.goOn('slow')}>
              {t('course.slow')}
            </button>
            <button type="button" class="btn btn-s" disabled={busy || !told} onClick={() => desk.duty.goOn('text_only')}>
              {t('course.text')}
            </button>
            <button type="button" class="btn btn-do" disabled={busy} onClick={() => desk.duty.goOn('stop')}>
              <Icon name="stop" />
              {t('course.stop')}
            </button>
          </>
        )}
      </div>
    </section>
  )
}

/** Who has the button, in the header: take it where nobody has it, hand it over, or accept what is offered. */
export function ButtonHolder({ desk }: { desk: Desk }) {
  const duty = desk.duty.state
  if (!duty || desk.store.event.value?.state !== 'live') return null
  const me = desk.session.person.id
  const mine = duty.button_by === me
  const offered = duty.offered_to === me
  const busy = desk.acting.busy.value.has('button')
  return (
    <span class="holder">
      <Icon name="thumb" size={14} />
      <span class="sp">
        {offered
          ? t('button.offered', { name: duty.button_by_name })
          : mine
            ? t(duty.offered_to ? 'button.offering' : 'button.mine', { name: duty.offered_to_name })
            : duty.button_by
              ? t('button.of', { name: duty.button_by_name })
              : t('button.nobody')}
      </span>
      {desk.may('button.hand') && (
        <>
          {offered && (
            <button type="button" class="btn btn-p btn-xs" disabled={busy} onClick={desk.duty.acceptButton}>
              {t('button.accept')}
            </button>
          )}
          {!duty.button_by && (
            <button type="button" class="btn btn-s btn-xs" disabled={busy} onClick={desk.duty.takeButton}>
              {t('button.take')}
            </button>
          )}
          {mine && (
            <button type="button" class="btn btn-q btn-xs" disabled={busy} onClick={() => desk.ask('button')}>
              {t('button.hand')}
            </button>
          )}
        </>
      )}
    </span>
  )
}

export function ButtonDialog({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const people = useSignal<{ id: string; name: string }[] | undefined>(undefined)
  const to = useSignal('')
  useEffect(() => {
    commands.readPeople().then(
      (found) => {
        const others = found.filter(({ person }) => !person.disabled && person.id !== desk.session.person.id)
        people.value = others.map(({ person }) => person)
        to.value = others[0]?.person.id ?? ''
      },
      () => (people.value = []),
    )
  }, [])
  return (
    <Dialog title={t('button.hand')} onClose={onClose}>
      <div class="fields">
        <p class="t2">{t('button.hand.sub')}</p>
        <label class="field">
          <span class="b">{t('button.to')}</span>
          <select class="in" value={to.value} onChange={(change) => (to.value = change.currentTarget.value)}>
            {people.value?.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <TroubleLine trouble={desk.acting.trouble.value} />
      </div>
      <DialogFoot onClose={onClose}>
        <button type="button" class="btn btn-p" disabled={!to.value || desk.acting.busy.value.has('button')} onClick={() => desk.duty.offerButton(to.value)}>
          {t('button.offer')}
        </button>
      </DialogFoot>
    </Dialog>
  )
}
