/** Pressing buttons: one command at a time for each, bounces dropped, every failure said with what is safe and what to do. */
import { signal } from '@preact/signals'
import { ApiError, NoAnswer } from './api.ts'
import { t } from './i18n/index.ts'
import { announce } from './ui/announce.tsx'

/** A glove bounces: a second touch so soon after is the same touch. */
const BOUNCE_MS = 400

export interface Trouble {
  title: string
  words: string
  /** The words are the server's own. */
  lang?: 'en' | undefined
  again?: (() => void) | undefined
  /** What the button of `again` says, if not "Try again". */
  label?: string
  /** Nothing was refused: the server wants to be sure. */
  asks?: boolean
}

export class Acting {
  readonly trouble = signal<Trouble | undefined>(undefined)
  readonly busy = signal<ReadonlySet<string>>(new Set())
  private readonly bounce_ms: number
  private touched_at = -Infinity

  /** On a desk keys are quick on purpose; only gloves bounce. */
  constructor(gloves: boolean) {
    this.bounce_ms = gloves ? BOUNCE_MS : 0
  }

  /**
   * Run `work` unless the button's last press is still being answered.
   *
   * Args:
   *   again: Offered when no answer came: repeats the same command.
   *   unheard: What is said when no answer came, where it is not a text that is safe.
   *   refused: Told a refusal first; true means it was dealt with.
   *   urgent: Never dropped as a bounce.
   */
  async once(
    name: string,
    work: () => Promise<void>,
    options: {
      again?: () => void
      unheard?: Pick<Trouble, 'title' | 'words'>
      refused?: (error: ApiError) => boolean
      urgent?: boolean
    } = {},
  ): Promise<void> {
    const now = performance.now()
    if (this.busy.value.has(name) || (!options.urgent && now - this.touched_at < this.bounce_ms)) return
    this.touched_at = now
    this.busy.value = new Set(this.busy.value).add(name)
    this.trouble.value = undefined
    try {
      await work()
    } catch (error) {
      if (!(error instanceof ApiError && options.refused?.(error))) this.fail(error, options.again, options.unheard)
    } finally {
      const rest = new Set(this.busy.value)
      rest.delete(name)
      this.busy.value = rest
    }
  }

  /**
   * Run `read`, which fills a page that was just opened. Never dropped: what the page before asks for may still be on its
   * way. What fails is said with a way to ask again, while the page is open.
   *
   * Returns: What to call when the page is left.
   */
  opened(read: () => Promise<void>): () => void {
    let left = false
    const run = async (): Promise<void> => {
      this.trouble.value = undefined
      try {
        await read()
      } catch (error) {
        if (left) return
        this.fail(error, () => void run(), { title: t('trouble.noanswer'), words: t('trouble.noanswer.start'), label: t('trouble.again') })
      }
    }
    void run()
    return () => {
      left = true
    }
  }

  /**
   * Run `work`. Where the privacy check asks about words, what it asks is said beside them, and one more press does it
   * all the same: `work` is then told that a person looked again.
   */
  confirming(name: string, work: (confirmed: boolean) => Promise<void>): void {
    const run = (confirmed: boolean): void =>
      void this.once(name, () => work(confirmed), {
        urgent: confirmed,
        refused: (error) => {
          if (error.code !== 'guard_asks') return false
          this.trouble.value = { title: t('trouble.asks'), words: error.message, lang: error.lang, again: () => run(true), label: t('trouble.asks.do'), asks: true }
          announce(error.message, 'alert')
          return true
        },
      })
    run(false)
  }

  private fail(error: unknown, again?: () => void, unheard?: Pick<Trouble, 'title' | 'words' | 'label'>): void {
    if (error instanceof NoAnswer) this.trouble.value = { ...(unheard ?? { title: t('trouble.noanswer'), words: t('trouble.noanswer.sub') }), again }
    else if (error instanceof ApiError && error.status === 401) {
      // What was being written is kept on this machine and comes back after signing in.
      this.trouble.value = {
        title: t('trouble.signedout'),
        words: t(unheard ? 'trouble.unheard.signedout' : 'trouble.signedout.sub'),
        again: () => location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`),
        label: t('signin'),
      }
    } else if (error instanceof ApiError) this.trouble.value = { title: t('trouble.refused'), words: error.message, lang: error.lang }
    else throw error
    announce(this.trouble.value.words, 'alert')
  }
}
