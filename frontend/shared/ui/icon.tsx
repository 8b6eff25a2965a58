/** The drawn icons and the bell mark. Icons are decoration: words stand beside them or a label around them. */
export function Icon({ name, size, class: extra }: { name: string; size?: number; class?: string }) {
  const style = size ? { width: `${size}px`, height: `${size}px` } : undefined
  return <span class={`i i-${name}${extra ? ` ${extra}` : ''}`} style={style} aria-hidden="true" />
}

export function Mark({ label }: { label?: string }) {
  return (
    <span class="mark" {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}>
      <svg viewBox="0 0 28 28" fill="none" aria-hidden="true">
        <path
          d="M4.500 19.500h15c-2-1.800-2.200-3.600-2.200-7.200a5.300 5.300 0 0 0-10.600 0c0 3.600-.2 5.400-2.200 7.200z"
          fill="currentColor"
        />
        <circle cx="14.600" cy="22.600" r="2.300" fill="currentColor" />
        <path
          d="M20.200 6.300a8.600 8.600 0 0 1 1.600 5M23.300 3.600a12.700 12.700 0 0 1 2.600 7.700"
          stroke="currentColor"
          stroke-width="2"
          stroke-linecap="round"
        />
      </svg>
    </span>
  )
}

export function LiveMark() {
  return (
    <i aria-hidden="true">
      <b />
    </i>
  )
}

const GLYPHS: Record<string, string> = { x: 'X', facebook: 'f', instagram: 'in', mastodon: 'm', bluesky: 'b' }
const ICONS: Record<string, string> = { twilio: 'sms', smpp: 'sms', sms: 'sms', email: 'mail', page: 'globe', webhook: 'link', feed: 'rss' }

/** The adapter as a letter or a glyph; no third party's logo. */
export function ChannelTile({ adapter, small }: { adapter: string; small?: boolean }) {
  const icon = ICONS[adapter]
  return (
    <span class={small ? 'ch sm' : 'ch'} aria-hidden="true">
      {icon ? <Icon name={icon} /> : (GLYPHS[adapter] ?? adapter.slice(0, 1).toUpperCase())}
    </span>
  )
}
