/**
 * The catalogues as modules.
 *
 * - `virtual:messages` has English, and loaders for the other catalogues that stand in `i18n/`
 * - `virtual:messages/en/view.+mode.` has only the keys that begin so: for the pages with a size budget
 *
 * The server reads the same messages: the build leaves them compiled in `i18n/<lang>.json` beside the assets.
 *
 * Keys that begin with "_" are notes. A translation with `_needs_reader: true` has not been read by a native speaker.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { compile, type Message } from './icu.ts'

const NAME = 'virtual:messages'

/** What the embed says; embed/words.ts imports the English ones by the same list. */
const EMBED_WORDS = ['embed.live', 'embed.all', 'view.live', 'view.notlive', 'view.new', 'view.next', 'view.late', 'view.paused', 'view.scheduled', 'view.ended', 'view.key', 'view.sev.', 'pin.do', 'correct.label', 'retract.label', 'clear.label', 'stop.public', 'mode.drill']

/** French sets a space before some marks, and no line may begin with them. Catalogues have a plain one: it can be typed. */
function unbroken(lang: string, text: string): string {
  return lang === 'fr' ? text.replace(/ (?=[:;!?»])|(?<=«) /g, '\u00a0') : text
}

export function readCatalogue(folder: string, lang: string): Record<string, string> {
  const all = JSON.parse(readFileSync(join(folder, `${lang}.json`), 'utf8')) as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(all).filter((pair): pair is [string, string] => !pair[0].startsWith('_') && typeof pair[1] === 'string'),
  )
}

export function compileCatalogue(folder: string, lang: string, prefixes: string[] = []): Record<string, Message> {
  const english = readCatalogue(folder, 'en')
  // What a translation lacks is said in English rather than not at all.
  const texts = { ...english, ...(lang === 'en' ? {} : readCatalogue(folder, lang)) }
  const wanted = Object.entries(texts).filter(
    ([key]) => prefixes.length === 0 || prefixes.some((prefix) => key.startsWith(prefix)),
  )
  return Object.fromEntries(wanted.map(([key, text]) => [key, compile(unbroken(lang, text))]))
}

/** Whether a language says everything that English says: a screen half in another language is read out wrongly. */
export function isComplete(folder: string, lang: string): boolean {
  const own = readCatalogue(folder, lang)
  return Object.keys(readCatalogue(folder, 'en')).every((key) => own[key])
}

export function messages(folder: string): Plugin {
  return {
    name: 'tocsin-messages',
    generateBundle() {
      const langs = readdirSync(folder).map((file) => file.replace(/\.json$/, ''))
      // The languages of the staff's screens; the public pages say what they lack in English, item by item.
      this.emitFile({ type: 'asset', fileName: 'i18n/staff.json', source: JSON.stringify(langs.filter((lang) => isComplete(folder, lang))) })
      for (const file of readdirSync(folder)) {
        const lang = file.replace(/\.json$/, '')
        const emit = (name: string, prefixes: string[]) => {
          const source = JSON.stringify(compileCatalogue(folder, lang, prefixes))
          this.emitFile({ type: 'asset', fileName: `i18n/${name}.json`, source })
        }
        emit(lang, [])
        emit(`embed.${lang}`, EMBED_WORDS)
      }
    },
    resolveId(id) {
      return id === NAME || id.startsWith(`${NAME}/`) ? `\0${id}` : undefined
    },
    load(id) {
      if (!id.startsWith(`\0${NAME}`)) return undefined
      const [, lang, prefixes] = id.slice(1).split('/')
      for (const file of readdirSync(folder)) this.addWatchFile(join(folder, file))
      if (lang) {
        const compiled = compileCatalogue(folder, lang, prefixes ? prefixes.split('+') : [])
        return `export default ${JSON.stringify(compiled)}`
      }
      const others = readdirSync(folder)
        .map((file) => file.replace(/\.json$/, ''))
        .filter((name) => name !== 'en')
      const loaders = others.map((name) => `${JSON.stringify(name)}: () => import(${JSON.stringify(`${NAME}/${name}`)})`)
      return `import en from '${NAME}/en'\nexport { en }\nexport const others = {${loaders.join(',')}}\n`
    },
  }
}
