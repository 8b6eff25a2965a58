/** The one big button of a composer; what it says and whether it works is what `sendable` says. */
import type { ComponentChildren } from 'preact'
import type { Acting } from '../acting.ts'
import type { Sendable } from '../draft.ts'
import { sendWords } from '../sendable-words.ts'
import type { Writing } from '../writing.ts'
import { Icon } from './icon.tsx'

export function SendButton({
  writing,
  acting,
  onSend,
  can,
  class: extra = '',
  words: own,
  children,
}: {
  writing: Writing
  acting: Acting
  onSend: () => void
  /** Instead of what the composer says: the tablet keeps what nobody can check now. */
  can?: Sendable
  class?: string
  /** Said instead of the usual words. */
  words?: string | undefined
  children?: ComponentChildren
}) {
  const words = sendWords(can ?? writing.sendable.value, writing.asking.value)
  return (
    <button
      type="button"
      id="send"
      class={`btn${words.enabled ? ' btn-p' : ''}${extra ? ` ${extra}` : ''}`}
      aria-disabled={!words.enabled || acting.busy.value.has('send') ? 'true' : undefined}
      aria-describedby="send-why"
      onClick={onSend}
    >
      <Icon name={words.icon} />
      {own ?? words.text} {children}
    </button>
  )
}
