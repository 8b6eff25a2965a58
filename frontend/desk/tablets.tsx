/** The tablets of an event: pair one with a code that lives for five minutes, see them, wipe one. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import * as access from '../shared/access.ts'
import * as commands from '../shared/commands.ts'
import { t } from '../shared/i18n/index.ts'
import { now_ms } from '../shared/tick.ts'
import { Dialog } from '../shared/ui/dialog.tsx'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip, Empty, Notice } from '../shared/ui/parts.tsx'
import { TroubleNotice } from '../shared/ui/trouble.tsx'
import { clock, length } from '../shared/when.ts'
import type { Desk } from './desk.ts'

/** A picture the server drew, shown as a picture: as markup it would be a way in. */
export function Drawn({ svg, alt, class: name }: { svg: string; alt: string; class: string }) {
  return <img class={name} src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`} alt={alt} />
}

interface Choice {
  id: string
  name: string
}

function PairDialog({ desk, people, onClose }: { desk: Desk; people: readonly Choice[]; onClose: () => void }) {
  const person = useSignal(people[0]?.id ?? '')
  const name = useSignal('')
  const offered = useSignal<access.Pairing | undefined>(undefined)
  const trouble = desk.acting.trouble.value
  const left_s = offered.value ? (Date.parse(offered.value.expires_at) - now_ms.value) / 1000 : 0
  const offer = () =>
    void desk.acting.once('pair', async () => {
      offered.value = await access.offerPairing(desk.config.event_id, person.value, name.value.trim())
    })
  return (
    <Dialog title={t('tablets.pair')} onClose={onClose}>
      {offered.value ? (
        <div class="fields pairing">
          <p>{t('tablets.scan', { name: people.find((one) => one.id === person.value)?.name ?? '' })}</p>
          {left_s > 0 ? (
            <>
              <Drawn class="qr" svg={offered.value.qr_svg} alt={t('tablets.qr')} />
              <p>
                {t('tablets.type', { address: `${location.origin}/pair` })}
                <code class="mono code">{offered.value.code}</code>
              </p>
              <p class="t2">{t('tablets.left', { time: length(left_s) })}</p>
            </>
          ) : (
            <Notice tone="warn" title={t('tablets.over')}>
              {t('tablets.over.sub')}
            </Notice>
          )}
        </div>
      ) : (
        <form
          id="pair-form"
          class="fields"
          onSubmit={(submit) => {
            submit.preventDefault()
            offer()
          }}
        >
          <div class="field">
            <label for="t-person">{t('tablets.for')}</label>
            <select class="in" id="t-person" value={person.value} onChange={(change) => (person.value = change.currentTarget.value)}>
              {people.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
            <span class="hint">{t('tablets.for.hint')}</span>
          </div>
          <div class="field">
            <label for="t-name">{t('tablets.name')}</label>
            <input class="in" id="t-name" required maxLength={60} value={name.value} onInput={(input) => (name.value = input.currentTarget.value)} />
            <span class="hint">{t('tablets.name.hint')}</span>
          </div>
          <TroubleNotice trouble={trouble} />
        </form>
      )}
      <div class="ft">
        <button type="button" class="btn btn-q" onClick={onClose}>
          {t(offered.value ? 'tablets.done' : 'cancel')}
        </button>
        <span class="sp" />
        {offered.value ? (
          <button type="button" class="btn btn-s" onClick={offer}>
            {t('tablets.another')}
          </button>
        ) : (
          <button type="submit" form="pair-form" class="btn btn-p" disabled={!person.value}>
            {t('tablets.code')}
          </button>
        )}
      </div>
    </Dialog>
  )
}

function Row({ desk, device, owner, onWiped }: { desk: Desk; device: access.Device; owner: string; onWiped: () => void }) {
  const sure = useSignal(false)
  return (
    <tr>
      <td>
        <b>{device.name}</b>
      </td>
      <td>{owner}</td>
      <td class="t2">{device.seen_at ? t('tablets.seen', { time: clock(device.seen_at) }) : ''}</td>
      <td class="ra">
        {device.wiped_at ? (
          <Chip icon="x">{t('tablets.wiped', { time: clock(device.wiped_at) })}</Chip>
        ) : sure.value ? (
          <span class="row">
            <button type="button" class="btn btn-q btn-xs" onClick={() => (sure.value = false)}>
              {t('cancel')}
            </button>
            <button
              type="button"
              class="btn btn-do btn-xs"
              onClick={() => void desk.acting.once(`wipe ${device.id}`, async () => void (await access.wipeDevice(device.id), onWiped()))}
            >
              {t('tablets.wipe.sure')}
            </button>
          </span>
        ) : (
          <button type="button" class="btn btn-do btn-xs" aria-label={t('tablets.wipe.one', { name: device.name })} onClick={() => (sure.value = true)}>
            {t('tablets.wipe')}
          </button>
        )}
      </td>
    </tr>
  )
}

export function TabletsPage({ desk }: { desk: Desk }) {
  const devices = useSignal<access.Device[] | undefined>(undefined)
  const people = useSignal<Awaited<ReturnType<typeof commands.readPeople>>>([])
  const pairing = useSignal(false)
  const id = desk.config.event_id
  const read = async () => {
    devices.value = await access.readDevices(id)
  }
  useEffect(
    () =>
      desk.acting.opened(async () => {
        people.value = await commands.readPeople()
        await read()
      }),
    [],
  )
  const presenters = people.value
    .filter(({ person, roles }) => !person.disabled && roles.some((on) => on.role === 'presenter' && (on.event_id === '*' || on.event_id === id)))
    .map(({ person }) => ({ id: person.id, name: person.name }))
  const nameOf = (person_id: string) => people.value.find(({ person }) => person.id === person_id)?.person.name ?? ''
  return (
    <main class="pg" id="main">
      <div class="ls">
        <div class="row">
          <h1>{t('tablets')}</h1>
          <span class="sp" />
          {presenters.length > 0 && (
            <button type="button" class="btn btn-s" onClick={() => (pairing.value = true)}>
              <Icon name="plus" />
              {t('tablets.pair')}
            </button>
          )}
        </div>
        <p class="t2">{t('tablets.sub')}</p>
        {devices.value && !presenters.length && (
          <Notice tone="info" title={t('tablets.nobody')}>
            {t('tablets.nobody.sub')}
          </Notice>
        )}
        {devices.value &&
          (devices.value.length ? (
            <div class="card scroll">
              <table>
                <thead>
                  <tr>
                    <th>{t('tablets.name')}</th>
                    <th>{t('tablets.for')}</th>
                    <th>{t('tablets.last')}</th>
                    <th>
                      <span class="vh">{t('tablets.wipe')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {devices.value.map((device) => (
                    <Row key={device.id} desk={desk} device={device} owner={nameOf(device.person_id)} onWiped={() => void read().catch(() => undefined)} />
                  ))}
                </tbody>
              </table>
            </div>
          ) : (
            <Empty icon="phone" title={t('tablets.none')}>
              {t('tablets.none.sub')}
            </Empty>
          ))}
      </div>
      {pairing.value && (
        <PairDialog
          desk={desk}
          people={presenters}
          onClose={() => {
            pairing.value = false
            void read().catch(() => undefined)
          }}
        />
      )}
    </main>
  )
}
