/**
 * Tells the service worker which files its pages need.
 *
 * The names are known only when everything else is built, so they are put into the worker at the very end; its build
 * is named by their hash, so that a change of any of them is a new worker.
 */
import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'

const BASE = '/static/'

/** The part of a bundle that this reads. */
interface Chunk {
  type: 'chunk'
  code: string
  fileName: string
  facadeModuleId: string | null
  imports: string[]
  dynamicImports: string[]
  viteMetadata?: { importedCss: Set<string>; importedAssets: Set<string> }
}

/** Every file that the entries can ask for, by what imports what. */
export function filesOf(bundle: Record<string, { type: string }>, entries: readonly string[]): string[] {
  const found = new Set<string>()
  const visit = (name: string): void => {
    const chunk = bundle[name] as Chunk | undefined
    if (!chunk || chunk.type !== 'chunk' || found.has(name)) return
    found.add(name)
    for (const css of chunk.viteMetadata?.importedCss ?? []) found.add(css)
    for (const asset of chunk.viteMetadata?.importedAssets ?? []) found.add(asset)
    for (const other of [...chunk.imports, ...chunk.dynamicImports]) visit(other)
  }
  for (const [name, chunk] of Object.entries(bundle) as [string, Chunk][]) {
    if (chunk.type === 'chunk' && entries.some((entry) => chunk.facadeModuleId?.endsWith(`/${entry}`))) visit(name)
  }
  return [...found].sort().map((name) => BASE + name)
}

export function worker(entries: readonly string[]): Plugin {
  return {
    name: 'tocsin-worker',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const chunk = bundle['sw.js'] as Chunk | undefined
        if (!chunk) return
        const files = filesOf(bundle, entries)
        if (!files.length) throw new Error('the service worker would keep no page: no entry was found')
        const build = createHash('sha256').update(files.join()).digest('hex').slice(0, 16)
        // Inside a string of the worker, whichever quotes it was given.
        const list = JSON.stringify(files).replaceAll('"', '\\"')
        chunk.code = chunk.code.replace('__TOCSIN_FILES__', list).replace('__TOCSIN_BUILD__', build)
      },
    },
  }
}
