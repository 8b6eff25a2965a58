/** Ask the server how a draft will look, on pauses of typing; the newest question wins. */
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import { ApiError, post } from './api.ts'
import { EMPTY_DRAFT, previewBody, type Draft, type Preview } from './draft.ts'
import { guess } from './guessing.ts'

const RETRY_MS = 3_000

export class Previewing {
  /** The answer for the draft as it is now, or undefined. */
  readonly current = signal<Preview | undefined>(undefined)
  private readonly last = signal<{ preview: Preview; of: Draft } | undefined>(undefined)
  private readonly draft = signal<Draft>(EMPTY_DRAFT)
  /** What to draw: the answer, or while it is on its way the last one with this text counted in its place. */
  readonly shown = computed(() => {
    const last = this.last.value
    return this.current.value ?? (last && guess(last.preview, last.of, this.draft.value))
  })
  /** A refusal in the server's words: the text can never go out like this. */
  readonly refused = signal<string | undefined>(undefined)
  private asked: AbortController | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private answered = ''

  /** Follow a draft until the returned function is called. `pause_ms` after the last key the server is asked. */
  follow(event_id: string, draft: ReadonlySignal<Draft>, pause_ms = 150): () => void {
    return effect(() => {
      this.draft.value = draft.value
      const body = previewBody(draft.value)
      const asked = JSON.stringify(body)
      if (asked === this.answered) return
      this.answered = asked
      this.current.value = undefined
      this.refused.value = undefined
      clearTimeout(this.timer)
      this.asked?.abort()
      if (Object.keys(body['texts'] as object).length === 0) {
        this.last.value = undefined
        return
      }
      this.timer = setTimeout(() => void this.ask(event_id, body, asked), pause_ms)
    })
  }

  /** Ask again for the same draft: the network came back, or the event changed. */
  again(event_id: string, draft: Draft): void {
    if (this.current.value === undefined && this.answered) void this.ask(event_id, previewBody(draft), this.answered)
  }

  /** Ask anew although the draft is the same: something else of the answer has changed. */
  refresh(event_id: string, draft: Draft): void {
    this.current.value = undefined
    this.again(event_id, draft)
  }

  private async ask(event_id: string, body: Record<string, unknown>, asked: string): Promise<void> {
    if (Object.keys(body['texts'] as object).length === 0) return
    const of = this.draft.peek()
    const controller = new AbortController()
    this.asked?.abort()
    this.asked = controller
    try {
      const preview = await post<Preview>(`events/${event_id}/preview`, body, { signal: controller.signal })
      if (asked !== this.answered) return
      this.current.value = preview
      this.last.value = { preview, of }
    } catch (error) {
      if (asked !== this.answered || controller.signal.aborted) return
      if (error instanceof ApiError && error.status < 500) this.refused.value = error.message
      // No answer leaves "checking": Send stays shut until the privacy check has been made.
      else this.timer = setTimeout(() => void this.ask(event_id, body, asked), RETRY_MS)
    }
  }
}
