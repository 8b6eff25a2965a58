/**
 * Photos on the tablet: opened and drawn anew here, kept on the shelf, and brought to the server once each.
 *
 * A picture drawn anew is pixels alone: place, device and time of the camera's file stay behind before anything leaves.
 */
import { signal } from '@preact/signals'
import { ApiError, patch, upload } from '../shared/api.ts'
import { language, t } from '../shared/i18n/index.ts'
import { newKey } from '../shared/key-book.ts'
import { CHECKS, fitted, LONG_SIDE, MOST_BYTES, QUALITY, sizeWords, SMALL_QUALITY, SMALL_SIDE, type Photo } from '../shared/photo.ts'
import type { Shelf } from './shelf.ts'

const MIME = 'image/jpeg'

interface Answer {
  id: string
  version: number
}

/** The picture is nowhere any more. */
export class PhotoLost extends Error {}

/** Pixels of a file and nothing else of it. */
async function drawn(file: Blob, side: number, quality: number): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    const { width, height } = fitted(picture.width, picture.height, side)
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = height
    const pen = canvas.getContext('2d')
    if (!pen) throw new TypeError('no canvas')
    // JPEG has no holes: what was seen through is paper, not black.
    pen.fillStyle = '#fff'
    pen.fillRect(0, 0, width, height)
    pen.drawImage(picture, 0, 0, width, height)
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new TypeError('no picture'))), MIME, quality),
    )
  } finally {
    picture.close()
  }
}

export class Photographs {
  /** A file is being opened. */
  readonly reading = signal(false)
  /** Why there is no photo, in words. */
  readonly trouble = signal<string | undefined>(undefined)
  /** Where the page can show the one that is attached. */
  readonly shown = signal<{ id: string; url: string } | undefined>(undefined)
  private readonly uploads = new Map<string, Promise<Answer>>()
  private readonly ends = new Map<string, AbortController>()
  private readonly shelf: Shelf
  private readonly event_id: string
  private readonly slow: () => boolean

  /**
   * Args:
   *   slow: Whether the link is so slow that a smaller photo is sent.
   */
  constructor(shelf: Shelf, event_id: string, slow: () => boolean) {
    this.shelf = shelf
    this.event_id = event_id
    this.slow = slow
  }

  /** A photo made of a file, on the shelf; undefined with `trouble` when there is none. */
  async take(file: Blob | undefined): Promise<Photo | undefined> {
    this.trouble.value = undefined
    if (!file) {
      this.trouble.value = t('photo.none')
      return undefined
    }
    if (file.size > MOST_BYTES) {
      this.trouble.value = t('photo.large', { size: sizeWords(file.size, language()), most: sizeWords(MOST_BYTES, language()) })
      return undefined
    }
    this.reading.value = true
    try {
      const picture = await drawn(file, LONG_SIDE, QUALITY)
      const id = newKey()
      if (!(await this.shelf.keepPhoto(id, picture))) this.trouble.value = t('photo.full')
      return { id, alt: {}, graphic: false, checklist: {}, size_bytes: picture.size }
    } catch {
      this.trouble.value = t('photo.unreadable')
      return undefined
    } finally {
      this.reading.value = false
    }
  }

  /** Show the photo of the composer, or none. */
  async show(photo: Photo | undefined): Promise<void> {
    if (this.shown.peek()?.id === photo?.id) return
    const before = this.shown.peek()?.url
    const picture = photo && (await this.shelf.photo(photo.id))
    if (before?.startsWith('blob:')) URL.revokeObjectURL(before)
    // One that came back from the server is not on the shelf any more.
    const url = picture ? URL.createObjectURL(picture) : photo?.media ? `/api/v1/media/${photo.media.id}?size=small` : ''
    this.shown.value = photo && url ? { id: photo.id, url } : undefined
  }

  async forget(photo: Photo): Promise<void> {
    this.ends.get(photo.id)?.abort()
    this.uploads.delete(photo.id)
    await this.shelf.dropPhoto(photo.id)
  }

  /** The picture to the server, once however often it is asked for; from the composer early, from the outbox at the latest. */
  async uploaded(photo: Photo): Promise<Answer> {
    const running = this.uploads.get(photo.id)
    if (running) return running
    const sending = this.upload(photo)
    this.uploads.set(photo.id, sending)
    const settled = () => void this.ends.delete(photo.id)
    sending.then(settled, () => (settled(), this.uploads.delete(photo.id)))
    return sending
  }

  /**
   * One step nearer to a photo that an update can name.
   *
   * Raises:
   *   PhotoLost: the shelf does not have it. ApiError, NoAnswer.
   */
  async brought(photo: Photo): Promise<Photo> {
    const { media } = photo
    if (!media) return { ...photo, media: { ...(await this.uploaded(photo)), told: false } }
    try {
      const { id, version } = await patch<Answer>(`media/${media.id}`, {
        version: media.version,
        alt: photo.alt,
        graphic: photo.graphic,
        checklist: Object.fromEntries(CHECKS.map((check) => [check, photo.checklist[check] === true])),
      })
      return { ...photo, media: { id, version, told: true } }
    } catch (error) {
      // An answer was lost and its version with it, or the server was restored: the picture is here, so it begins anew.
      if (!(error instanceof ApiError && ['changed_meanwhile', 'media_not_found'].includes(error.code))) throw error
      this.uploads.delete(photo.id)
      return { ...photo, media: undefined }
    }
  }

  private async upload(photo: Photo): Promise<Answer> {
    const kept = await this.shelf.photo(photo.id)
    if (!kept) throw new PhotoLost(photo.id)
    const picture = this.slow() ? await drawn(kept, SMALL_SIDE, SMALL_QUALITY).catch(() => kept) : kept
    const end = new AbortController()
    this.ends.set(photo.id, end)
    const file = picture.size < kept.size ? picture : kept
    const { id, version } = await upload<Answer>(`events/${this.event_id}/media`, file, photo.id, end.signal)
    return { id, version }
  }
}
