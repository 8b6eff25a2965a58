/** What one person asked for and a second has to confirm: channels, keys, people, roles, the policy, words on the page. */
import { signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import * as access from '../shared/access.ts'
import type { Acting } from '../shared/acting.ts'
import * as commands from '../shared/commands.ts'
import { t, tCode, type Key } from '../shared/i18n/index.ts'
import { announce } from '../shared/ui/announce.tsx'
import { Icon } from '../shared/ui/icon.tsx'
import { Chip, Empty, Notice } from '../shared/ui/parts.tsx'
import { TroubleNotice } from '../shared/ui/trouble.tsx'
import { clock, day } from '../shared/when.ts'

const LOOK_EVERY_MS = 30_000

/** The list, looked at again and again: it has no stream, and whoever is the second person waits for nobody's call. */
export class TwoPeople {
  readonly open = signal<access.Proposal[] | undefined>(undefined)
  /** What was just proposed here, said until it is closed. */
  readonly said = signal<string | undefined>(undefined)
  /** Somebody's invitation, or one's half of it, as it was just shown: it is nowhere else, so it stays until it is closed. */
  readonly invitation = signal<{ name: string; code: string; whole: boolean } | undefined>(undefined)
  readonly acting: Acting
  private readonly session: commands.Session

  constructor(acting: Acting, session: commands.Session) {
    this.acting = acting
    this.session = session
  }

  get waiting(): number {
    return this.open.value?.filter((one) => !one.yours).length ?? 0
  }

  start(): void {
    const look = () => {
      if (document.visibilityState === 'visible') void this.read().catch(() => undefined)
    }
    look()
    setInterval(look, LOOK_EVERY_MS)
  }

  async read(): Promise<void> {
    this.open.value = await access.readProposals()
  }

  /** Say who has to confirm, if `answer` is a proposal; whether it was one. */
  async tells(answer: unknown): Promise<boolean> {
    const proposal = access.proposalIn(answer)
    if (!proposal) return false
    this.shows(proposal)
    const people = await commands.readPeople().catch(() => [])
    const who = access.secondsOf(people, this.session.person.id, proposal.event_id)
    this.said.value = who.length
      ? t('two.said', { what: whatOf(proposal), who: new Intl.ListFormat(document.documentElement.lang || 'en', { type: 'disjunction' }).format(who) })
      : t('two.said.nobody', { what: whatOf(proposal) })
    announce(this.said.value)
    await this.read().catch(() => undefined)
    return true
  }

  private shows(proposal: access.Proposal): void {
    const { name } = proposal.payload
    if (proposal.half) this.invitation.value = { name: typeof name === 'string' ? name : '', code: proposal.half, whole: false }
  }

  confirm(proposal: access.Proposal): void {
    void this.acting.once(`confirm ${proposal.id}`, async () => {
      const done = await access.confirmProposal(proposal.id)
      this.shows(done)
      announce(t(done.state === 'done' ? 'two.confirmed' : 'two.failed'))
      if (done.state === 'failed') this.acting.trouble.value = { title: t('two.failed'), words: done.why }
      await this.read()
    })
  }

  refuse(proposal: access.Proposal, why: string): void {
    void this.acting.once(`refuse ${proposal.id}`, async () => {
      await access.refuseProposal(proposal.id, why)
      announce(t(proposal.yours ? 'two.withdrawn' : 'two.refused'))
      await this.read()
    })
  }
}

/** A proposal in words. The payload holds no credentials; what it holds is shown as text. */
export function whatOf(proposal: access.Proposal): string {
  const { payload } = proposal
  const word = (key: string) => (typeof payload[key] === 'string' ? (payload[key] as string) : '')
  const listed = (key: string) => (Array.isArray(payload[key]) ? (payload[key] as unknown[]).map(String).join(', ') : '')
  return tCode('two.kind', proposal.kind, proposal.kind, {
    name: word('name'),
    role: tCode('role', word('role'), word('role')),
    roles: Array.isArray(payload['roles']) ? (payload['roles'] as unknown[]).map((role) => tCode('role', String(role), String(role))).join(', ') : '',
    scopes: listed('scopes'),
    adapter: word('adapter'),
    severity: tCode('sev', String(changesOf(proposal)['severity']), String(changesOf(proposal)['severity'])),
    second: word('second') || t('channels.second.none'),
    instead: word('instead_of') || t('channels.second.none'),
    fields: Object.entries(changesOf(proposal))
      .filter(([field]) => !(field in LINES) && field !== TAGS && field !== 'pinned')
      .map(([field, value]) => `${field}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(', '),
  })
}

const LINES = { title: 'new.title', place: 'new.place', headline: 'new.headline' } as const satisfies Record<string, Key>
/** Each is a list of its own words. */
const TAGS = 'hashtags'
const BOXES = { know: 'pin.know', unknown: 'pin.unknown', do: 'pin.do', source: 'pinned.source' } as const satisfies Record<string, Key>

const changesOf = (proposal: access.Proposal) => (proposal.payload['changes'] ?? {}) as Record<string, unknown>

/** The words that would stand above the updates: what is new among them is marked, what would go is struck. */
export function wordsOf(proposal: access.Proposal): { label: Key; lines: { text: string; op: 'same' | 'gone' | 'new' }[] }[] {
  const changes = changesOf(proposal)
  const seen = (Array.isArray(proposal.payload['seen']) ? proposal.payload['seen'] : []) as [string, string][]
  const pinned = changes['pinned'] as Record<string, unknown> | undefined
  const placed: [string, Key, unknown][] = Object.entries(LINES)
    .filter(([name]) => name in changes)
    .map(([name, label]) => [name, label, changes[name]])
  if (TAGS in changes) placed.push([TAGS, 'new.hashtags', changes[TAGS]])
  if (pinned) for (const [name, label] of Object.entries(BOXES)) placed.push([name, label, pinned[name]])
  return placed
    .map(([name, label, said]) => {
      const lines = (Array.isArray(said) ? said : [said]).filter((line): line is string => typeof line === 'string' && line !== '')
      const was = seen.filter(([where]) => where === name).map(([, text]) => text)
      return {
        label,
        lines: [
          ...was.filter((text) => !lines.includes(text)).map((text) => ({ text, op: 'gone' as const })),
          ...lines.map((text) => ({ text, op: was.includes(text) ? ('same' as const) : ('new' as const) })),
        ],
      }
    })
    .filter(({ lines }) => lines.length > 0)
}

function Said({ proposal }: { proposal: access.Proposal }) {
  return (
    <>
      {wordsOf(proposal).map(({ label, lines }) => (
        <div key={label}>
          <h2 class="lab">{t(label)}</h2>
          {lines.map(({ text, op }) => (
            <p key={`${op} ${text}`} class="said">
              {op === 'new' ? <mark class="var">{text}</mark> : op === 'gone' ? <del>{text}</del> : text}
            </p>
          ))}
        </div>
      ))}
    </>
  )
}

export function TwoSaid({ two }: { two: TwoPeople }) {
  if (!two.said.value) return null
  return (
    <Notice
      tone="info"
      icon="users"
      title={t('two.waits')}
      action={
        <button type="button" class="btn btn-s btn-sm" onClick={() => (two.said.value = undefined)}>
          {t('trouble.close')}
        </button>
      }
    >
      {two.said.value}
    </Notice>
  )
}

/** What only this screen has, this once: said with what to do with it. */
export function InvitationShown({ two }: { two: TwoPeople }) {
  const shown = two.invitation.value
  return (
    <div role="status">
      {shown && (
        <Notice
          tone="ok"
          icon="lock"
          title={t(shown.whole ? 'invite.whole' : 'invite.half', { name: shown.name })}
          action={
            <button type="button" class="btn btn-s btn-sm" onClick={() => (two.invitation.value = undefined)}>
              {t('trouble.close')}
            </button>
          }
        >
          {t(shown.whole ? 'invite.whole.sub' : 'invite.half.sub', { name: shown.name })} <code class="mono code">{shown.code}</code>
        </Notice>
      )}
    </div>
  )
}

function Row({ two, proposal, subject, may }: { two: TwoPeople; proposal: access.Proposal; subject: string; may: boolean }) {
  const refusing = useSignal(false)
  const why = useSignal('')
  const busy = two.acting.busy.value
  return (
    <li class="pr">
      <div class="sp">
        <b>{whatOf(proposal)}</b>
        {subject && <span class="t2"> · {subject}</span>}
        <p class="t2">
          {t('two.by', { name: proposal.proposed_by_name || proposal.proposed_by, time: clock(proposal.proposed_at) })}{' '}
          {t('two.until', { day: day(proposal.expires_at), time: clock(proposal.expires_at) })}
        </p>
        <Said proposal={proposal} />
        {proposal.kind === 'policy.publish' && (
          <details>
            <summary>{t('two.read')}</summary>
            {Object.entries((proposal.payload['texts'] as Record<string, string> | undefined) ?? {}).map(([lang, text]) => (
              <p key={lang} lang={lang} class="pre">
                {text}
              </p>
            ))}
          </details>
        )}
      </div>
      {proposal.yours ? (
        <>
          <Chip icon="clock">{t('two.yours')}</Chip>
          {may && (
            <button type="button" class="btn btn-s btn-sm" disabled={busy.has(`refuse ${proposal.id}`)} onClick={() => two.refuse(proposal, '')}>
              {t('two.withdraw')}
            </button>
          )}
        </>
      ) : may && refusing.value ? (
        <form
          class="row"
          onSubmit={(submit) => {
            submit.preventDefault()
            two.refuse(proposal, why.value)
          }}
        >
          <input class="in" aria-label={t('two.why')} placeholder={t('two.why')} maxLength={300} value={why.value} onInput={(input) => (why.value = input.currentTarget.value)} />
          <button type="submit" class="btn btn-do btn-sm">
            {t('two.refuse')}
          </button>
        </form>
      ) : may ? (
        <>
          <button type="button" class="btn btn-q btn-sm" onClick={() => (refusing.value = true)}>
            {t('two.refuse')}
          </button>
          <button type="button" class="btn btn-p btn-sm" disabled={busy.has(`confirm ${proposal.id}`)} onClick={() => two.confirm(proposal)}>
            <Icon name="check" />
            {t('two.confirm')}
          </button>
        </>
      ) : null}
    </li>
  )
}

export function TwoPeoplePage({ two, may }: { two: TwoPeople; may: boolean }) {
  const people = useSignal<Awaited<ReturnType<typeof commands.readPeople>>>([])
  useEffect(
    () =>
      two.acting.opened(async () => {
        await two.read()
        people.value = await commands.readPeople()
      }),
    [two],
  )
  const trouble = two.acting.trouble.value
  const list = two.open.value
  const subjectOf = (proposal: access.Proposal) =>
    people.value.find(({ person }) => `person:${person.id}` === proposal.subject)?.person.name ?? ''
  return (
    <main class="pg" id="main">
      <div class="ls">
        <h1>{t('two')}</h1>
        <p class="t2">{t('two.sub')}</p>
        <InvitationShown two={two} />
        <TroubleNotice trouble={trouble} />
        {list &&
          (list.length ? (
            <ul class="card">
              {list.map((proposal) => (
                <Row key={proposal.id} two={two} proposal={proposal} subject={subjectOf(proposal)} may={may} />
              ))}
            </ul>
          ) : (
            <Empty icon="users" title={t('two.none')}>
              {t('two.none.sub')}
            </Empty>
          ))}
      </div>
    </main>
  )
}
