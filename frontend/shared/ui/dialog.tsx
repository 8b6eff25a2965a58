/** A dialog: traps focus, starts on its heading, closes on Escape, and gives focus back to what opened it. */
import type { ComponentChildren, TargetedKeyboardEvent } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../i18n/index.ts'

const REACHABLE = 'button:not([disabled]), a[href], input:not([disabled]), select, textarea, summary, [tabindex="0"]'

export function Dialog({
  title,
  onClose,
  children,
  wide,
  returnTo,
}: {
  title: string
  onClose: () => void
  children: ComponentChildren
  wide?: boolean
  /** Where the focus goes at the end, if not to what opened it. */
  returnTo?: () => HTMLElement | null
}) {
  const box = useRef<HTMLElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    const opener = document.activeElement
    heading.current?.focus()
    return () => {
      const to = returnTo?.() ?? opener
      if (to instanceof HTMLElement && to.isConnected) to.focus()
    }
  }, [])

  function onKeyDown(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    if (event.key === 'Escape') {
      event.stopPropagation()
      onClose()
    }
    if (event.key !== 'Tab' || !box.current) return
    // What stands in a closed part of it cannot have the focus, and would let it out.
    const all = [...box.current.querySelectorAll<HTMLElement>(REACHABLE)].filter((one) => one.checkVisibility?.() !== false)
    const first = all[0]
    const last = all.at(-1)
    const at = document.activeElement
    if (event.shiftKey && (at === first || at === heading.current || at === event.currentTarget)) {
      event.preventDefault()
      last?.focus()
    } else if (!event.shiftKey && at === last) {
      event.preventDefault()
      first?.focus()
    }
  }

  return (
    // It takes the focus where one presses on its words: on the page behind, no Escape and no Tab would be the dialog's.
    <div class="dlg" tabIndex={-1} onKeyDown={onKeyDown}>
      <section class={wide ? 'card wide' : 'card'} role="dialog" aria-modal="true" aria-labelledby="h-dialog" ref={box}>
        <div class="ph">
          <h2 id="h-dialog" tabIndex={-1} ref={heading}>
            {title}
          </h2>
        </div>
        {children}
      </section>
    </div>
  )
}

/** Below a dialog: the way out on the left, what it does on the right. */
export function DialogFoot({ onClose, back, wrap, children }: { onClose: () => void; back?: string; wrap?: boolean; children: ComponentChildren }) {
  return (
    <div class={wrap ? 'ft wrap' : 'ft'}>
      <button type="button" class="btn btn-q" onClick={onClose}>
        {back ?? t('cancel')}
      </button>
      <span class="sp" />
      {children}
    </div>
  )
}
