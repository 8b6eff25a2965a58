/**
 * One entry of the timeline as elements: the same as app/routes/templates/item.html writes.
 *
 * What other people wrote only ever becomes text nodes and checked addresses.
 */
import type { Item } from '../shared/wire.ts'
import { h, icon, type Child } from './dom.ts'
import type { Speech } from './page.ts'
import { chosen, headlineAndRest, linkPieces, webAddress } from './texts.ts'

const NETWORKS: Record<string, string> = { x: 'X', facebook: 'Facebook' }
const TILES: Record<string, string> = { x: 'X', facebook: 'f' }
const CHIPS: Record<string, string> = {
  correction: 'correct.label',
  retraction: 'retract.label',
  all_clear: 'clear.label',
  answer: 'view.answer',
}

export type Find = (id: string | null) => Item | undefined

/** Changes whenever the entry would look different, also because of the item it points at. */
export function versionOf(item: Item, find: Find): string {
  return `${item.version}.${find(item.of)?.version ?? ''}.${find(item.by)?.version ?? ''}`
}

export function isKey(item: Item): boolean {
  return item.state !== 'removed' && (item.key_moment || ['correction', 'retraction', 'all_clear'].includes(item.label))
}

export function chipOf(item: Item, speech: Speech): string {
  const key = CHIPS[item.label] ?? (item.key_moment ? 'view.key' : '')
  return key && speech.say(key)
}

export function entry(item: Item, find: Find, speech: Speech): HTMLElement {
  return item.type === 'reply' ? reply(item, find, speech) : update(item, find, speech)
}

function stamp(item: Item, speech: Speech): HTMLElement {
  const at = `${new Date(item.at).toISOString().slice(0, 19)}Z`
  return h('time', { datetime: at }, speech.clock(item.at))
}

function reply(item: Item, find: Find, speech: Speech): HTMLElement {
  const { slug, lang, main_lang } = speech.config
  const { name = '', handle = '', url = '', channel = '' } = item.author ?? {}
  const [said, text] = chosen(item.texts, lang, main_lang)
  const who = name || handle || speech.say(channel in NETWORKS ? 'view.reply.someone' : 'view.reply.text')
  const home = webAddress(url)
  const about = find(item.of)
  const ugc = 'noopener nofollow ugc'
  return h(
    'li',
    { class: 'knot re up', id: `i-${item.id}`, 'data-v': versionOf(item, find) },
    h(
      'div',
      { class: 'rep' },
      h(
        'p',
        { class: 'who' },
        TILES[channel] && h('span', { class: 'ch sm', 'aria-hidden': 'true' }, TILES[channel]),
        home ? h('a', { href: home, rel: ugc }, h('bdi', {}, who)) : h('bdi', {}, who),
        name && handle && h('bdi', { class: 't3' }, `@${handle.replace(/^@+/, '')}`),
        NETWORKS[channel] && h('span', { class: 'vh' }, NETWORKS[channel]),
        h('a', { class: 'at', href: webAddress(item.url) || `/e/${slug}/${item.id}`, rel: ugc }, stamp(item, speech)),
      ),
      h('p', { class: 'said', dir: 'auto', lang: said }, text),
      about &&
        h('p', { class: 'to' }, h('a', { href: `#i-${about.id}` }, speech.say('view.reply.to', { time: speech.clock(about.at) }))),
    ),
  )
}

function update(item: Item, find: Find, speech: Speech): HTMLElement {
  const { slug, lang, main_lang, drill_words } = speech.config
  const [said, text] = chosen(item.texts, lang, main_lang)
  const [headline, rest] = headlineAndRest(text)
  const of = find(item.of)
  const by = find(item.by)
  const sign = item.label === 'correction' || item.label === 'retraction' ? 'corr' : item.label === 'all_clear' ? 'clear' : ''
  const knot = sign || (item.key_moment ? 'star' : '')
  const struck = item.state === 'corrected'
  const gone = item.state === 'retracted' || item.state === 'removed'
  const tone = knot === 'corr' ? 'warn' : knot === 'clear' ? 'ok' : 'act'
  const mark = { corr: 'edit', clear: 'check', star: 'key', '': '' }[knot]
  const chip = chipOf(item, speech)
  const corrected = correctedWords(item, by, speech)
  const back = by ? `#i-${by.id}` : item.by ? `/e/${slug}/${item.by}` : ''
  const about = item.label === 'correction' && of ? '' : aboutWords(item, of, speech)
  const aboutHref = of ? `#i-${of.id}` : item.of ? `/e/${slug}/${item.of}` : ''
  const strike = (children: Child[]): Child[] => (struck ? [h('s', {}, ...children)] : children)
  return h(
    'li',
    {
      class: ['knot', knot, 'up', struck && 'struck', gone && 'gone'].filter(Boolean).join(' '),
      id: `i-${item.id}`,
      'data-v': versionOf(item, find),
      'data-key': isKey(item),
    },
    h(
      'div',
      { class: 'hd' },
      h('a', { class: 'at', href: `/e/${slug}/${item.id}` }, stamp(item, speech)),
      drill_words && h('span', { class: 'chip drillc' }, drill_words),
      chip && h('span', { class: `chip ${tone}` }, mark && icon(mark), chip),
      corrected && (back ? h('a', { class: 'chip bad big', href: back }, corrected) : h('span', { class: 'chip bad' }, corrected)),
      h('span', { class: 'ago' }),
    ),
    headline && h('h3', { dir: 'auto', lang: said }, ...strike([headline])),
    item.label === 'correction' && of
      ? was(of, said, text, speech)
      : rest && h('p', { class: 'tx', dir: 'auto', lang: said }, ...strike(linked(rest))),
    ...item.pictures.map((picture) => {
      const { url: src, width, height } = picture
      const alt = chosen(picture.alt, lang, main_lang)[1]
      const image = h('img', { src, width, height, alt, loading: 'lazy', decoding: 'async' })
      // Closed, it is not even fetched: nobody sees a graphic picture who has not asked for it.
      return h('figure', {}, picture.graphic ? h('details', {}, h('summary', {}, speech.say('view.graphic')), image) : image)
    }),
    about && h('p', { class: 'to' }, aboutHref ? h('a', { href: aboutHref }, about) : about),
    text &&
      said !== lang &&
      h('p', { class: 'nb' }, speech.say('view.missing', { language: speech.language(lang), shown: speech.language(said) })),
    item.composed_at && h('p', { class: 'nb' }, speech.say('view.item.late', { time: speech.clock(item.composed_at) })),
  )
}

/** Beside what was said stands all of what is right: its first sentence is above as a headline, and is most of it. */
function was(of: Item, lang: string, right: string, speech: Speech): HTMLElement {
  const [said, text] = chosen(of.texts, speech.config.lang, speech.config.main_lang)
  const old = h('s', { dir: 'auto', lang: said }, text || speech.say('retract.label'))
  return h(
    'div',
    { class: 'was' },
    h('div', {}, h('b', {}, speech.say('view.was', { time: speech.clock(of.at) })), h('a', { href: `#i-${of.id}` }, old)),
    right &&
      h(
        'div',
        {},
        h('b', { class: 'ct-ok' }, speech.say('correct.now')),
        h('span', { dir: 'auto', lang }, ...linked(right)),
      ),
  )
}

function linked(text: string): Child[] {
  return linkPieces(text).map(([words, href]) => (href ? h('a', { href, rel: 'noopener nofollow' }, words) : words))
}

function correctedWords(item: Item, by: Item | undefined, speech: Speech): string {
  const time = by ? speech.clock(by.at) : ''
  if (item.state === 'corrected') return by ? speech.say('correct.done', { time }) : speech.say('view.corrected')
  if (item.state === 'retracted') return by ? speech.say('view.takenback', { time }) : speech.say('retract.label')
  return ''
}

function aboutWords(item: Item, of: Item | undefined, speech: Speech): string {
  switch (item.label) {
    case 'correction':
      return speech.say('view.corrects')
    case 'retraction':
      return of ? speech.say('view.takesback', { time: speech.clock(of.at) }) : speech.say('view.takesback.older')
    case 'answer': {
      const name = of?.author?.name || of?.author?.handle
      return name ? speech.say('view.answers', { name }) : speech.say('view.answers.someone')
    }
  }
  return ''
}
