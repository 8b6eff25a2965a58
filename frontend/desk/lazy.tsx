/** Pages that few open in an hour are fetched when they are opened, so that the desk itself is there at once. */
import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { t } from '../shared/i18n/index.ts'
import { Notice } from '../shared/ui/parts.tsx'

export function lazily<P extends object>(load: () => Promise<{ default: ComponentType<P> }>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined
  return function Lazy(props: P) {
    const here = useSignal(loaded)
    const failed = useSignal(false)
    useEffect(() => {
      if (loaded) return
      load().then(
        (found) => {
          loaded = found.default
          here.value = loaded
        },
        // Away, or the server has a newer build, which has other files.
        () => (failed.value = true),
      )
    }, [])
    const Page = here.value
    if (Page) return <Page {...props} />
    return (
      <main class="pg" id="main" tabIndex={-1} aria-busy={!failed.value}>
        {failed.value && (
          <div class="ls">
            <Notice
              tone="bad"
              title={t('page.failed')}
              action={
                <button type="button" class="btn btn-s btn-sm" onClick={() => location.reload()}>
                  {t('page.reload')}
                </button>
              }
            >
              {t('page.failed.sub')}
            </Notice>
          </div>
        )}
      </main>
    )
  }
}
