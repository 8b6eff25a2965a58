/**
 * Counts while somebody types, before the server has answered: the last preview with the new text in its place,
 * measured by the same rules. Pure; the server's answer replaces it at the next pause.
 */
import type { ChannelPreview, Draft, Preview } from './draft.ts'
import { measure, type Rule } from './measure.ts'

const RULES: Record<string, Rule> = { x: 'x', twilio: 'sms', smpp: 'sms', facebook: 'facebook' }

/** What this channel would say in its language, as the server chooses it: its own words first. */
function said(draft: Pick<Draft, 'texts' | 'channel_texts'>, channel: ChannelPreview): string {
  return (draft.channel_texts[channel.adapter]?.[channel.lang] || draft.texts[channel.lang] || '').trim().normalize('NFC')
}

function guessOne(channel: ChannelPreview, before: Draft, after: Draft): ChannelPreview {
  const rule = RULES[channel.adapter]
  const old = said(before, channel)
  const now = said(after, channel)
  const part = channel.parts[0]
  // A thread is cut anew by every word: wait for the server.
  if (!rule || channel.parts.length !== 1 || part === undefined || !old || old === now) return channel
  const at = part.indexOf(old)
  if (at < 0) return channel
  const text = part.slice(0, at) + now + part.slice(at + old.length)
  return { ...channel, parts: [text], measured: measure(rule, text, channel.measured.limit) }
}

/** `before` is the draft that `preview` was made for. */
export function guess(preview: Preview, before: Draft, after: Draft): Preview {
  return { ...preview, channels: preview.channels.map((channel) => guessOne(channel, before, after)) }
}
