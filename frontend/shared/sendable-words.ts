/** `Sendable` in words: the button, and the privacy line above it. */
import type { GuardSpan, Preview, Sendable } from './draft.ts'
import { t } from './i18n/index.ts'

export interface SendWords {
  text: string
  icon: string
  enabled: boolean
}

export function sendWords(can: Sendable, asked: boolean): SendWords {
  switch (can.kind) {
    case 'ready':
      return { text: t('send.ready', { delay: Math.round(can.delay_s) }), icon: 'send', enabled: true }
    case 'hold':
      return { text: t('send.hold'), icon: 'send', enabled: true }
    case 'approval':
      return { text: t('approve.ask'), icon: 'users', enabled: true }
    case 'ask':
      return { text: t(asked ? 'send.ask.sure' : 'send.ask'), icon: asked ? 'send' : 'shield', enabled: true }
    case 'blocked':
      return { text: t('send.blocked'), icon: 'lock', enabled: false }
    case 'too-long':
      return { text: t('send.blocked.length', { n: can.over, channel: can.channel }), icon: 'lock', enabled: false }
    case 'empty':
      return { text: t('send.empty'), icon: 'lock', enabled: false }
    case 'photo':
      return { text: t(`send.photo.${can.lacks}`), icon: 'lock', enabled: false }
    case 'no-channel':
      return { text: t('send.nochannel'), icon: 'lock', enabled: false }
    case 'not-live':
      return { text: t('send.notlive'), icon: 'lock', enabled: false }
    case 'stopped':
      return { text: t('send.stopped'), icon: 'lock', enabled: false }
    case 'offline':
      return { text: t('send.offline'), icon: 'send', enabled: true }
    case 'checking':
      return { text: t('send.checking'), icon: 'shield', enabled: false }
  }
}

export interface GuardLine {
  title: string
  words: string
  tone: 'ct-ok' | 'ct-warn' | 'ct-bad' | 't3'
  span: GuardSpan | undefined
}

/** What it does not know it cannot claim: the person who wrote it, or lets it go, is the one who can read it. */
export function littleKnown(langs: readonly string[]): { title: string; words: string } {
  return { title: t('phi.little'), words: `${t('phi.little.sub')} ${t('phi.in', { lang: langs.join(', ').toUpperCase() })}` }
}

export function guardLine(can: Sendable, preview: Preview | undefined): GuardLine {
  if (can.kind === 'blocked') {
    const words = can.span?.reason ?? t('phi.unavailable')
    return { title: t('phi.block'), words, tone: 'ct-bad', span: can.span }
  }
  if (can.kind === 'ask') {
    const span = can.spans[0]
    return { title: t('phi.ask'), words: span?.reason ?? '', tone: 'ct-warn', span }
  }
  const little = preview?.guard.little_known ?? []
  if (preview?.guard.decision === 'pass' && little.length) {
    return { ...littleKnown(little), tone: 'ct-warn', span: undefined }
  }
  if (preview?.guard.decision === 'pass') {
    return { title: t('phi.ok'), words: t('phi.ok.sub'), tone: 'ct-ok', span: undefined }
  }
  if (can.kind === 'offline') return { title: '', words: t('phi.offline'), tone: 'ct-warn', span: undefined }
  if (can.kind === 'empty') return { title: '', words: t('phi.empty'), tone: 't3', span: undefined }
  return { title: '', words: t('phi.checking'), tone: 't3', span: undefined }
}
