/** A tablet that was left alone: the PIN to go on; holding and stopping need none. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Acting } from '../shared/acting.ts'
import * as commands from '../shared/commands.ts'
import { t } from '../shared/i18n/index.ts'
import { announce } from '../shared/ui/announce.tsx'
import { Icon } from '../shared/ui/icon.tsx'
import { Notice } from '../shared/ui/parts.tsx'
import type { Keeper } from './keeper.ts'
import { StopPad } from './pads.tsx'

function Wiped() {
  return (
    <main class="lock">
      <section class="card">
        <Notice
          tone="bad"
          icon="lock"
          title={t('lock.wiped')}
          action={
            <a class="btn btn-p" href="/pair">
              {t('pair.title')}
            </a>
          }
        >
          {t('lock.wiped.sub')}
        </Notice>
      </section>
    </main>
  )
}

interface LockProps {
  keeper: Keeper
  acting: Acting
  event_id: string
  /** Told of a press of hold or stop, whatever becomes of it. */
  pressed: () => void
}

export function Lock({ keeper, acting, event_id, pressed }: LockProps) {
  const pin = useSignal('')
  const said = useSignal('')
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  if (keeper.wiped.value) return <Wiped />
  const act = (name: 'hold' | 'stop') => {
    pressed()
    void acting.once(
      name,
      async () => {
        await commands[name](event_id)
        said.value = t(`mode.${name}.sub`)
        announce(said.value, 'alert')
      },
      { again: () => act(name), urgent: true },
    )
  }
  const trouble = acting.trouble.value
  return (
    <main class="lock" aria-labelledby="h-lock">
      <section class="card">
        <h1 id="h-lock">
          <Icon name="lock" /> {t('lock.title')}
        </h1>
        <p class="t2">{t('lock.sub')}</p>
        <form
          onSubmit={(submit) => {
            submit.preventDefault()
            const given = pin.value
            pin.value = ''
            void keeper.unlock(given)
          }}
        >
          <label class="b" for="pin">
            {t('lock.pin')}
          </label>
          <input
            class="in pin"
            id="pin"
            ref={field}
            type="password"
            inputMode="numeric"
            autocomplete="off"
            pattern="[0-9]{4,8}"
            maxLength={8}
            required
            value={pin.value}
            onInput={(input) => (pin.value = input.currentTarget.value)}
          />
          <div role="alert">{keeper.refused.value && <Notice tone="bad" title={t('lock.refused')}>{keeper.refused.value}</Notice>}</div>
          <button type="submit" class="btn btn-p btn-lg" disabled={keeper.busy.value}>
            {t('lock.do')}
          </button>
        </form>
        <div role="status">{said.value && <Notice tone="ok" title={said.value} />}</div>
        {trouble && (
          <Notice
            tone="bad"
            title={trouble.title}
            action={
              trouble.again && (
                <button type="button" class="btn btn-p" onClick={trouble.again}>
                  {trouble.label ?? t('trouble.again')}
                </button>
              )
            }
          >
            {trouble.words}
          </Notice>
        )}
        {event_id && (
          <div class="pads" role="group" aria-label={t('pads')}>
            <button type="button" class="pad pad-h" onClick={() => act('hold')}>
              <Icon name="pause" />
              {t('hold')}
              <small>{t('hold.sub')}</small>
            </button>
            <StopPad onStop={() => act('stop')} />
          </div>
        )}
      </section>
    </main>
  )
}
