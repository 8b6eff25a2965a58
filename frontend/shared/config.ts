/** What the server says in the page itself: the JSON block `#config`. */
export interface PageConfig {
  slug: string
  event_id: string
  drill: boolean
  /** Whom people call in an emergency; empty where none is configured. */
  emergency: string
  /** Somebody came in by an invitation and has yet to choose a password. */
  choose: boolean
  /** The house's time zone, an IANA name. */
  zone: string
  lang: string
  /** Languages that the staff's screens have every word of, each by its own name. */
  langs: Readonly<Record<string, string>>
}

export function readConfig(doc: Document = document): PageConfig {
  const found: unknown = JSON.parse(doc.getElementById('config')?.textContent || '{}')
  const config = (found && typeof found === 'object' ? found : {}) as Partial<PageConfig>
  return {
    slug: config.slug ?? '',
    event_id: config.event_id ?? '',
    drill: config.drill ?? false,
    emergency: config.emergency ?? '',
    choose: config.choose ?? false,
    zone: config.zone ?? '',
    lang: config.lang ?? 'en',
    langs: config.langs ?? {},
  }
}
