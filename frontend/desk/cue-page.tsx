/** The cue sheet: steps in order, what is signed and by whom, branches, how it runs against its plan, and files. */
import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { t, tCode } from '../shared/i18n/index.ts'
import { Dialog } from '../shared/ui/dialog.tsx'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip, Empty, Notice } from '../shared/ui/parts.tsx'
import { TroubleLine } from '../shared/ui/trouble.tsx'
import { clock } from '../shared/when.ts'
import { CueForm } from './cue-form.tsx'
import { CueSheet, fileOf, isOut, KEPT, stepsOf, type Cue, type Words } from './cue-sheet.ts'
import type { Desk } from './desk.ts'
import { BeforeTheEvent } from './planned.tsx'
import { href } from './route.ts'

const BLANK = /(\{[a-z_]{1,30}\})/

/** The text with its blanks marked; what is not a blank is text. */
function Text({ text, lang }: { text: string; lang: string }) {
  return (
    <p lang={lang}>
      {text.split(BLANK).map((part, n) => (n % 2 ? <span class="var" key={n}>{part}</span> : part))}
    </p>
  )
}

function Signed({ desk, sheet, cue }: { desk: Desk; sheet: CueSheet; cue: Cue }) {
  const last = cue.signers.at(-1)
  if (cue.signed) {
    return (
      <Chip tone="ok" icon="check">
        {last?.at ? t('cue.signed', { names: cue.signers.map((one) => one.name).join(', '), time: clock(last.at) }) : t('cue.signed.plain')}
      </Chip>
    )
  }
  const mine = cue.writers.includes(desk.session.person.id)
  return (
    <>
      <Chip tone="warn" icon="lock">
        {t(cue.signers.length ? 'line.unsigned' : 'cue.unsigned', { n: cue.signers.length })}
      </Chip>
      {desk.may('cue.sign') && cue.branch !== KEPT && !mine && (
        <button type="button" class="btn btn-s btn-xs" aria-label={t('cue.sign.one', { title: cue.title })} disabled={desk.acting.busy.value.has('cue')} onClick={() => sheet.sign(cue)}>
          {t('cue.sign')}
        </button>
      )}
      {desk.may('cue.sign') && mine && <span class="t3 small">{t('cue.sign.own')}</span>}
    </>
  )
}

/** Planned, and what became of it. */
function When({ sheet, cue }: { sheet: CueSheet; cue: Cue }) {
  const timed = sheet.timed.value.get(cue.id)
  const late = Math.round(timed?.late_min ?? 0)
  return (
    <>
      {cue.minutes !== null && <span>{t('cue.planned', { n: Math.round(cue.minutes) })}</span>}
      {timed?.actual_min !== null && timed?.actual_min !== undefined && isOut(cue) && (
        <b class={late > 0 ? 'ct-warn' : ''}>{t('cue.was', { n: Math.round(timed.actual_min), late })}</b>
      )}
      {timed?.expected_at && !isOut(cue) && <span>{t('cue.expected', { time: clock(timed.expected_at) })}</span>}
    </>
  )
}

function Row({ desk, sheet, cue, before, after, onEdit }: { desk: Desk; sheet: CueSheet; cue: Cue; before: Cue | undefined; after: Cue | undefined; onEdit: () => void }) {
  const lang = desk.store.event.value?.default_lang ?? 'en'
  const langs = desk.store.event.value?.langs ?? []
  const missing = langs.filter((one) => !cue.texts[one])
  const out = isOut(cue)
  const may = desk.may('cue.edit') && !out && cue.branch !== KEPT
  const busy = desk.acting.busy.value.has('cue')
  return (
    <li class={out ? 'cue out' : cue.id === sheet.plan.value?.next_id ? 'cue next' : 'cue'} aria-current={cue.id === sheet.plan.value?.next_id ? 'step' : undefined}>
      <span class="n">{cue.n}</span>
      <div class="what">
        <h3>
          {cue.key_moment && <Icon name="flag" size={14} />} {cue.title} {cue.key_moment && <span class="vh">{t('view.key')}</span>}
        </h3>
        <Text text={cue.texts[lang] ?? Object.values(cue.texts)[0] ?? ''} lang={lang} />
        {cue.branch === '' && Object.keys(cue.label).length > 0 && (
          <p class="row wrap small t2">
            {t('cue.label.is')}
            {langs.map((one) => cue.label[one] && <q key={one} lang={one}>{cue.label[one]}</q>)}
          </p>
        )}
        <div class="row wrap small t2">
          {out ? <Chip tone="info" icon="check">{t('step.sent')}</Chip> : <Signed desk={desk} sheet={sheet} cue={cue} />}
          <When sheet={sheet} cue={cue} />
          {missing.length > 0 && <span class="ct-warn">{t('cue.missing', { langs: missing.map((one) => one.toUpperCase()).join(', ') })}</span>}
        </div>
      </div>
      {may && (
        <div class="row acts">
          <button type="button" class="btn btn-q btn-sm btn-ic" aria-label={t('cue.up', { title: cue.title })} aria-disabled={!before || undefined} disabled={busy} onClick={() => before && sheet.move(cue, before.n)}>
            <Icon name="up" />
          </button>
          <button type="button" class="btn btn-q btn-sm btn-ic" aria-label={t('cue.down', { title: cue.title })} aria-disabled={!after || undefined} disabled={busy} onClick={() => after && sheet.move(cue, after.n)}>
            <Icon name="down" />
          </button>
          <button type="button" class="btn btn-s btn-sm" aria-label={t('cue.edit.one', { title: cue.title })} onClick={onEdit}>
            {t('cue.edit')}
          </button>
        </div>
      )}
    </li>
  )
}

function PlanLine({ sheet, live }: { sheet: CueSheet; live: boolean }) {
  const plan = sheet.plan.value
  if (!plan || !live) return null
  const late = Math.round(plan.late_min)
  return (
    <dl class="nums plan card pb">
      <div>
        <dt>{t('cue.runs')}</dt>
        <dd class={late > 0 ? 'ct-warn' : ''}>{t('cue.late', { n: Math.abs(late), way: late > 0 ? 'late' : late < 0 ? 'early' : 'on' })}</dd>
      </div>
      {plan.pace && plan.next_due_at && (
        <div>
          <dt>{t('cue.pace')}</dt>
          <dd class={plan.pace === 'due' ? 'ct-warn' : ''}>{t('cue.pace.by', { time: clock(plan.next_due_at) })}</dd>
        </div>
      )}
      {plan.ends_at && (
        <div>
          <dt>{t('cue.ends')}</dt>
          <dd>{t('cue.about', { time: clock(plan.ends_at) })}</dd>
        </div>
      )}
    </dl>
  )
}

function ImportDialog({ desk, sheet, name, steps, onClose }: { desk: Desk; sheet: CueSheet; name: string; steps: readonly Words[] | undefined; onClose: () => void }) {
  return (
    <Dialog title={t('cue.import')} onClose={onClose}>
      <div class="fields">
        {steps ? (
          <>
            <p>{t('cue.import.sub', { n: steps.length, name })}</p>
            <ol class="titles">
              {steps.map((one, n) => (
                <li key={n}>{one.title}</li>
              ))}
            </ol>
          </>
        ) : (
          <Notice tone="bad" title={t('cue.import.not', { name })}>
            {t('cue.import.not.sub')}
          </Notice>
        )}
        <TroubleLine trouble={desk.acting.trouble.value} />
      </div>
      <div class="ft">
        <button type="button" class="btn btn-q" onClick={onClose}>
          {t('cancel')}
        </button>
        <span class="sp" />
        {steps && (
          <button type="button" class="btn btn-p" disabled={desk.acting.busy.value.has('cue')} onClick={() => sheet.addAll(steps, onClose)}>
            {t('cue.import.do', { n: steps.length })}
          </button>
        )}
      </div>
    </Dialog>
  )
}

function save(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

export default function CuePage({ desk }: { desk: Desk }) {
  const sheet = useMemo(() => new CueSheet(desk), [desk])
  const editing = useSignal<{ cue: Cue | undefined } | undefined>(undefined)
  const file = useSignal<{ name: string; steps: Words[] | undefined } | undefined>(undefined)
  useEffect(() => sheet.follow(), [sheet])
  const event = desk.store.event.value
  const may = desk.may('cue.edit')
  const cues = sheet.cues.value
  return (
    <main class={editing.value ? 'pg two' : 'pg'} id="main" tabIndex={-1}>
      <div class="ls" role="region" aria-label={t('cue')} tabIndex={0}>
        <div class="row wrap">
          <h1>{t('cue')}</h1>
          <span class="sp" />
          {cues && cues.length > 0 && (
            <button type="button" class="btn btn-s" onClick={() => save(`${event?.slug ?? 'event'}-steps.json`, fileOf(event?.title ?? '', cues))}>
              <Icon name="download" />
              {t('cue.export')}
            </button>
          )}
          {may && (
            <label class="btn btn-s file">
              <Icon name="up" />
              {t('cue.import')}
              <input
                class="vh"
                type="file"
                accept="application/json,.json"
                onChange={(change) => {
                  const chosen = change.currentTarget.files?.[0]
                  const input = change.currentTarget
                  if (chosen) void chosen.text().then((text) => ((file.value = { name: chosen.name, steps: stepsOf(text) }), (input.value = '')))
                }}
              />
            </label>
          )}
          {may && (
            <button type="button" class="btn btn-p" onClick={() => (editing.value = { cue: undefined })}>
              <Icon name="plus" />
              {t('cue.add')}
            </button>
          )}
        </div>
        <p class="t2">{t('cue.sub')}</p>
        <BeforeTheEvent desk={desk} />
        <PlanLine sheet={sheet} live={event?.state === 'live'} />
        {cues && !cues.length && <Empty icon="list" title={t('cue.none')}>{t('cue.none.sub')}</Empty>}
        {sheet.branches.value
          .filter(({ cues }) => cues.length)
          .map(({ name, cues }) => {
            const parked = cues.every((cue) => cue.parked || isOut(cue)) && cues.some((cue) => !isOut(cue))
            const id = `h-branch-${name || 'main'}`
            return (
              <section class="card" key={name} aria-labelledby={id}>
                <div class="ph">
                  <h2 id={id}>{name === '' ? t('cue.main') : name === KEPT ? t('cue.kept') : t('cue.branch.of', { name: tCode('branch', name, name) })}</h2>
                  {parked && name !== KEPT && <Chip icon="pause">{t('cue.parked')}</Chip>}
                  <span class="sp" />
                  {parked && may && name !== KEPT && (
                    <button type="button" class="btn btn-s btn-sm" disabled={desk.acting.busy.value.has('cue')} onClick={() => sheet.take(name)}>
                      {t(name === '' ? 'cue.take.main' : 'cue.take', { name })}
                    </button>
                  )}
                  {name === KEPT && desk.may('consent.read') && event?.kind === 'surgery' && (
                    <a class="btn btn-s btn-sm" href={href('consent')}>
                      {t('cue.kept.open')}
                    </a>
                  )}
                </div>
                <ol class="cues">
                  {cues.map((cue, at) => (
                    <Row
                      key={cue.id}
                      desk={desk}
                      sheet={sheet}
                      cue={cue}
                      before={cues[at - 1] && !isOut(cues[at - 1]!) ? cues[at - 1] : undefined}
                      after={cues[at + 1]}
                      onEdit={() => (editing.value = { cue })}
                    />
                  ))}
                </ol>
              </section>
            )
          })}
      </div>
      {editing.value && <CueForm key={editing.value.cue?.id ?? 'new'} desk={desk} sheet={sheet} cue={editing.value.cue} onClose={() => (editing.value = undefined)} />}
      {file.value && <ImportDialog desk={desk} sheet={sheet} {...file.value} onClose={() => (file.value = undefined)} />}
    </main>
  )
}
