/** The cue sheet: what was sent, what is going out, what is loaded, what comes. */
import { countdownOf } from '../shared/countdown.ts'
import type { Step } from '../shared/commands.ts'
import { t } from '../shared/i18n/index.ts'
import { now_ms } from '../shared/tick.ts'
import { Icon } from '../shared/ui/icon.tsx'
import { clock, day } from '../shared/when.ts'
import type { Tablet } from './tablet.ts'

function Row({ tablet, step, next }: { tablet: Tablet; step: Step; next: boolean }) {
  const update = tablet.updateOf(step)
  const sent = tablet.isSent(step)
  const out = sent && update?.state === 'counting_down'
  const key = step.key_moment ? <span class={next ? 'i i-key' : 'i i-key t3'} role="img" aria-label={t('view.key')} /> : <span />
  if (out) {
    const left = countdownOf(update, 1, now_ms.value)
    return (
      <div class="stp out">
        <span class="n">{step.n}</span>
        <span>{step.title}</span>
        <time class="ct-warn b">{left?.frozen ? t('step.paused') : t('length.s', { s: left?.left_s ?? 0 })}</time>
      </div>
    )
  }
  if (tablet.isWaiting(step)) {
    return (
      <div class="stp out">
        <span class="n">{step.n}</span>
        <span>{step.title}</span>
        <span class="ct-warn b">{t('step.waits')}</span>
      </div>
    )
  }
  if (sent) {
    return (
      <div class="stp done">
        <span class="n">
          <Icon name="check" />
        </span>
        <span>
          {step.title}
          <span class="vh">, {t('step.sent')}</span>
        </span>
        {update?.released_at && <time dateTime={update.released_at}>{clock(update.released_at)}</time>}
      </div>
    )
  }
  const loaded = tablet.writing.draft.value.step_id === step.id
  return (
    <button type="button" class={next ? 'stp next' : 'stp'} aria-current={loaded ? 'step' : undefined} onClick={() => tablet.load(step)}>
      <span class="n">{step.n}</span>
      <span>
        {step.title}
        {next && <small>{t(loaded ? 'step.loaded' : 'step.next')}</small>}
      </span>
      {key}
    </button>
  )
}

/** What goes out before the event, at its own time: to be seen here, and planned on the desk. */
function Before({ tablet }: { tablet: Tablet }) {
  const planned = tablet.store.planned.value
  if (!planned.length) return null
  return (
    <ul class="befores" aria-label={t('before')}>
      {planned.map((update) => (
        <li key={update.id} class={update.state === 'released' ? 'stp done' : 'stp'}>
          <span class="n">
            <Icon name={update.state === 'released' ? 'check' : 'clock'} />
          </span>
          <span>
            {update.occasion && t(`before.${update.occasion}`)}
            <small>{t(update.state === 'released' ? 'before.out' : update.state === 'awaiting_approval' ? 'before.waits' : update.hold_left_s !== null ? 'before.held' : 'before.approved')}</small>
          </span>
          {update.planned_at && <time dateTime={update.planned_at}>{t('before.when', { day: day(update.planned_at), time: clock(update.planned_at) })}</time>}
        </li>
      ))}
    </ul>
  )
}

export function Steps({ tablet }: { tablet: Tablet }) {
  const steps = tablet.steps.value
  const out = steps.filter((step) => tablet.updateOf(step)?.state === 'counting_down').length
  const sent = steps.filter((step) => tablet.isSent(step) && !tablet.isWaiting(step)).length - out
  const loaded = tablet.step.value
  const next = loaded ?? steps.find((step) => !tablet.isSent(step))
  return (
    <section class="steps card" aria-labelledby="h-steps">
      <div class="ph">
        <h2 id="h-steps">{t('steps')}</h2>
        <span class="t3 sp small">{t(out ? 'steps.sent.out' : 'steps.sent', { n: sent, out })}</span>
        <span class="t3 small" aria-label={t('steps.all', { n: steps.length })}>
          {steps.length}
        </span>
      </div>
      <Before tablet={tablet} />
      {steps.length ? (
        <ol>
          {steps.map((step) => (
            <li key={step.id}>
              <Row tablet={tablet} step={step} next={step.id === next?.id} />
            </li>
          ))}
        </ol>
      ) : (
        <p class="t2 pb sp">{t('steps.none')}</p>
      )}
      <div class="own">
        <button type="button" class="btn btn-s" onClick={() => tablet.writing.load({})}>
          <Icon name="edit" />
          {t('steps.own')}
        </button>
      </div>
    </section>
  )
}
