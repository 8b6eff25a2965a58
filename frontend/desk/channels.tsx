/** Channels: how each is, testing, repairing, adding. A key is never shown again after saving. */
import { signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Acting } from '../shared/acting.ts'
import * as commands from '../shared/commands.ts'
import { t, tCode, tSentence } from '../shared/i18n/index.ts'
import { seenOf } from '../shared/reasons.ts'
import { announce } from '../shared/ui/announce.tsx'
import { ChannelTile, Icon } from '../shared/ui/icon.tsx'
import { Chip, Empty } from '../shared/ui/parts.tsx'
import { TroubleNotice } from '../shared/ui/trouble.tsx'
import { PanelTitle } from '../shared/ui/panel.tsx'
import { clock } from '../shared/when.ts'
import { cameBack, leave } from './connecting.ts'
import { TwoSaid, type TwoPeople } from './two-people.tsx'
import { Fields, fieldsOf, valuesOf } from './schema-form.tsx'

export class Channels {
  readonly list = signal<commands.Channel[] | undefined>(undefined)
  readonly readiness = signal<ReadonlyMap<string, commands.Readiness>>(new Map())
  readonly kinds = signal<commands.ChannelKind[]>([])
  readonly adding = signal(false)
  readonly removing = signal<string | undefined>(undefined)
  readonly acting: Acting

  readonly two: TwoPeople

  constructor(acting: Acting, two: TwoPeople) {
    this.acting = acting
    this.two = two
  }

  async read(): Promise<void> {
    const [list, kinds] = await Promise.all([commands.readChannels(), commands.readChannelKinds()])
    this.list.value = list
    this.readiness.value = new Map((await commands.readReadiness()).map((one) => [one.channel_id, one]))
    this.kinds.value = kinds
  }

  test(channel: commands.Channel): void {
    void this.acting.once(`test ${channel.id}`, async () => {
      const probe = await commands.testChannel(channel.id)
      announce(seenOf(probe.words).words)
      await this.read()
    })
  }

  resume(channel: commands.Channel): void {
    void this.acting.once(`resume ${channel.id}`, async () => {
      await commands.resumeChannel(channel.id)
      await this.read()
    })
  }

  second(channel: commands.Channel, second_id: string | null): void {
    void this.acting.once(`second ${channel.id}`, async () => {
      await this.two.tells(await commands.setSecondChannel(channel.id, second_id))
      await this.read()
    })
  }

  remove(channel: commands.Channel): void {
    void this.acting.once(`remove ${channel.id}`, async () => {
      const answer = await commands.removeChannel(channel.id)
      this.removing.value = undefined
      await this.two.tells(answer)
      await this.read()
    })
  }

  add(body: Parameters<typeof commands.addChannel>[0]): void {
    void this.acting.once('add', async () => {
      const answer = await commands.addChannel(body)
      this.adding.value = false
      await this.added(answer)
    })
  }

  private async added(answer: unknown): Promise<void> {
    // A second person looks at it first; the test comes when it is there.
    if (await this.two.tells(answer)) return
    await this.read()
    const channel = answer as commands.Channel | undefined
    if (!channel) return
    announce(t('channels.added', { name: channel.name }))
    this.test(channel)
  }

  /** Off to the platform; this page is opened anew afterwards. */
  connect(begin: () => Promise<commands.Begun>): void {
    void this.acting.once('add', async () => leave(await begin()))
  }

  /** If somebody was led back here from a platform: propose what it gave. */
  finish(): void {
    const back = cameBack()
    if (!back) return
    if (back.code && back.pending) void this.acting.once('add', async () => this.added(await commands.connected(back)))
    else this.acting.trouble.value = { title: t('trouble.refused'), words: t(back.refused ? 'channels.connect.denied' : 'channels.connect.no') }
  }
}

/** A platform's window as people say it: "user:15min" is 15 min. */
const windowOf = (name: string) => name.replace(/^.*:(?=\d)/, '').replace(/^(\d+)(?=[a-z])/, '$1 ')

/** What the last probe saw beside its sentence: quota, credit, clock, and when the platform last called us. */
function Ready({ of }: { of: commands.Readiness | undefined }) {
  if (!of) return null
  const resting = tSentence('why', 'resting', of.resting_why)
  return (
    <p class="t2 small">
      {of.resting_until && (
        <b class="ct-warn" lang={resting.lang}>
          {resting.words}{' '}
        </b>
      )}
      {of.quota.map((one) =>
        one.remaining !== null && one.limit !== null ? (
          <span key={one.window}>{t('ready.quota', { left: one.remaining, all: one.limit, window: windowOf(one.window) })} </span>
        ) : one.used_percent !== null ? (
          <span key={one.window}>{t('ready.used', { percent: Math.round(one.used_percent), window: windowOf(one.window) })} </span>
        ) : null,
      )}
      {of.balance && <span>{t('ready.balance', { balance: of.balance })} </span>}
      {!of.clock_ok && of.clock_skew_s !== null && <b class="ct-bad">{t('ready.clock', { s: Math.round(Math.abs(of.clock_skew_s)) })} </b>}
      {of.webhook_at && <span>{t('ready.webhook', { time: clock(of.webhook_at) })}</span>}
    </p>
  )
}

/** The platforms' names are theirs; what stands beside them is said in the person's language. */
const labelOf = (adapter: string, label = '') => label && tCode('channels.kind', adapter, label)

const TEXTS = ['twilio', 'smpp']

/** Who carries the lists of an SMS channel that does not answer: chosen by a person, nobody by default. */
function Second({ page, channel, may }: { page: Channels; channel: commands.Channel; may: boolean }) {
  const all = page.list.value ?? []
  const others = all.filter((one) => one.id !== channel.id && TEXTS.includes(one.adapter) && !one.second_id)
  const chosen = all.find((one) => one.id === channel.second_id)
  const stands = all.every((one) => one.second_id !== channel.id)
  if (!TEXTS.includes(channel.adapter) || !stands || (!others.length && !chosen)) return null
  const id = `second-${channel.id}`
  return (
    <div class="t2 small">
      <label for={id}>{t('channels.second', { name: channel.name })}</label>{' '}
      {may ? (
        <select
          class="in"
          id={id}
          value={channel.second_id ?? ''}
          disabled={page.acting.busy.value.has(`second ${channel.id}`)}
          onChange={(change) => page.second(channel, change.currentTarget.value || null)}
        >
          <option value="">{t('channels.second.none')}</option>
          {others.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      ) : (
        <b id={id}>{chosen?.name ?? t('channels.second.none')}</b>
      )}
      {channel.carried_by && <p class="ct-warn b">{t('channels.carried', { name: channel.carried_by })}</p>}
    </div>
  )
}

function Row({ page, channel, may }: { page: Channels; channel: commands.Channel; may: boolean }) {
  const kind = page.kinds.value.find((one) => one.adapter === channel.adapter)
  const label = labelOf(channel.adapter, kind?.label)
  const paused = channel.state === 'paused'
  const bad = paused || channel.probe_ok === false
  const said = seenOf(paused ? channel.why : channel.probe_words)
  const busy = page.acting.busy.value
  return (
    <li class={bad ? 'cc bad' : 'cc'}>
      <ChannelTile adapter={channel.adapter} />
      <div>
        <h2>{channel.name}</h2>
        <p>{label}</p>
        <Ready of={page.readiness.value.get(channel.id)} />
        <Second page={page} channel={channel} may={may} />
      </div>
      <p class={bad ? 'ct-bad b' : ''} lang={said.lang}>
        {said.words}
      </p>
      <div class="en">
        {paused ? (
          <Chip tone="bad" icon="lock">
            {t('channels.noaccess')}
          </Chip>
        ) : channel.probe_ok === false ? (
          <Chip tone="warn" icon="alert">
            {t('channels.trouble')}
          </Chip>
        ) : channel.probe_ok ? (
          <Chip tone="ok" icon="check">
            {t('channels.ok')}
          </Chip>
        ) : (
          <Chip>{t('channels.untested')}</Chip>
        )}
        {channel.probed_at && <span class="t3 small">{t('channels.tested', { time: clock(channel.probed_at) })}</span>}
        {may && (
          <div class="row">
            {page.removing.value === channel.id ? (
              <>
                <button type="button" class="btn btn-q btn-xs" onClick={() => (page.removing.value = undefined)}>
                  {t('cancel')}
                </button>
                <button type="button" class="btn btn-do btn-xs" onClick={() => page.remove(channel)}>
                  {t('channels.remove.sure')}
                </button>
              </>
            ) : (
              <>
                {paused && kind?.way_back && (
                  <button type="button" class="btn btn-s btn-xs" disabled={busy.has('add')} onClick={() => page.connect(() => commands.connectAgain(channel.id))}>
                    {t('channels.connect.again')}
                  </button>
                )}
                {paused && (
                  <button type="button" class="btn btn-p btn-xs" disabled={busy.has(`resume ${channel.id}`)} onClick={() => page.resume(channel)}>
                    {t('channels.resume')}
                  </button>
                )}
                <button type="button" class="btn btn-s btn-xs" disabled={busy.has(`test ${channel.id}`)} onClick={() => page.test(channel)}>
                  <Icon name="refresh" />
                  {t(busy.has(`test ${channel.id}`) ? 'channels.testing' : 'channels.test')}
                </button>
                <button
                  type="button"
                  class="btn btn-q btn-xs btn-ic"
                  aria-label={t('channels.remove', { name: channel.name })}
                  onClick={() => (page.removing.value = channel.id)}
                >
                  <Icon name="trash" />
                </button>
              </>
            )}
          </div>
        )}
      </div>
    </li>
  )
}

function AddForm({ page }: { page: Channels }) {
  const kinds = page.kinds.value
  const chosen = useSignal('')
  // The form may be open before it is known which there are.
  const adapter = chosen.value || (kinds[0]?.adapter ?? '')
  const name = useSignal('')
  const settings = useSignal<Record<string, string | boolean>>({})
  const credentials = useSignal<Record<string, string | boolean>>({})
  const kind = kinds.find((one) => one.adapter === adapter)
  const open = kind ? fieldsOf(kind.settings) : []
  const sealed = kind ? fieldsOf(kind.credentials).map((field) => ({ ...field, kind: 'secret' as const })) : []
  const trouble = page.acting.trouble.value
  const body = () => ({
    adapter,
    name: name.value,
    settings: valuesOf(open, settings.value),
    credentials: valuesOf(sealed, credentials.value),
  })
  return (
    <aside class="pn" aria-labelledby="h-add">
      <form
        onSubmit={(submit) => {
          submit.preventDefault()
          page.add(body())
        }}
      >
        <div class="ph">
          <PanelTitle id="h-add">{t('channels.add')}</PanelTitle>
          <span class="sp" />
          <button type="button" class="btn btn-q btn-sm btn-ic" aria-label={t('trouble.close')} onClick={() => (page.adding.value = false)}>
            <Icon name="x" />
          </button>
        </div>
        <div class="bd">
          <div class="field">
            <label for="add-kind">{t('channels.kind')}</label>
            <select
              class="in"
              id="add-kind"
              value={adapter}
              onChange={(change) => {
                chosen.value = change.currentTarget.value
                settings.value = {}
                credentials.value = {}
              }}
            >
              {kinds.map((one) => (
                <option key={one.adapter} value={one.adapter}>
                  {labelOf(one.adapter, one.label)}
                </option>
              ))}
            </select>
          </div>
          <div class="field">
            <label for="add-name">{t('channels.name')}</label>
            <input class="in" id="add-name" required maxLength={60} value={name.value} onInput={(input) => (name.value = input.currentTarget.value)} />
          </div>
          <Fields
            fields={open}
            prefix={`s-${adapter}`}
            entered={settings.value}
            onEnter={(field, value) => (settings.value = { ...settings.value, [field]: value })}
          />
          <h3>{t('channels.secrets')}</h3>
          <Fields
            fields={sealed}
            prefix={`c-${adapter}`}
            entered={credentials.value}
            onEnter={(field, value) => (credentials.value = { ...credentials.value, [field]: value })}
          />
          <p class="hint">
            <Icon name="lock" /> {t('channels.sealed')}
          </p>
          {kind?.way_back && (
            <div class="field">
              <button
                type="button"
                class="btn btn-s"
                aria-describedby="add-connect"
                disabled={page.acting.busy.value.has('add')}
                onClick={(click) => click.currentTarget.form?.reportValidity() && page.connect(() => commands.connectChannel(body()))}
              >
                {t('channels.connect', { name: labelOf(kind.adapter, kind.label) })}
              </button>
              <p class="hint" id="add-connect">
                {t('channels.connect.sub', { name: labelOf(kind.adapter, kind.label), address: kind.way_back })}
              </p>
            </div>
          )}
          <TroubleNotice trouble={trouble} />
        </div>
        <div class="row foot">
          <button type="button" class="btn btn-q" onClick={() => (page.adding.value = false)}>
            {t('cancel')}
          </button>
          <span class="sp" />
          <button type="submit" class="btn btn-p" disabled={page.acting.busy.value.has('add')}>
            {t('channels.propose')}
          </button>
        </div>
      </form>
    </aside>
  )
}

export function ChannelsPage({ page, may }: { page: Channels; may: boolean }) {
  useEffect(() => {
    const leave = page.acting.opened(() => page.read())
    page.finish()
    // Probes go on by themselves; what they see is shown without a press, and takes no word back that was said before.
    const timer = setInterval(() => void page.read().catch(() => undefined), 15_000)
    return () => {
      clearInterval(timer)
      leave()
    }
  }, [page])
  const list = page.list.value
  return (
    <main class={page.adding.value ? 'pg two' : 'pg'} id="main">
      <div class="ls">
        <div class="row">
          <h1>{t('channels')}</h1>
          <span class="sp" />
          {may && (
            <button type="button" class="btn btn-s" onClick={() => (page.adding.value = true)}>
              <Icon name="plus" />
              {t('channels.add')}
            </button>
          )}
        </div>
        <p class="t2">{t('channels.sub')}</p>
        <TwoSaid two={page.two} />
        {!page.adding.value && <TroubleNotice trouble={page.acting.trouble.value} />}
        {list &&
          (list.length ? (
            <ul class="card">
              {list.map((channel) => (
                <Row key={channel.id} page={page} channel={channel} may={may} />
              ))}
            </ul>
          ) : (
            <Empty icon="plug" title={t('channels.none')}>
              {t('channels.none.sub')}
            </Empty>
          ))}
        <p class="t3 small">{t('channels.sealed')}</p>
      </div>
      {page.adding.value && <AddForm page={page} />}
    </main>
  )
}
