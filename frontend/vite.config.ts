/**
 * One build for every page. The server writes the HTML, so entries are modules, and `manifest.json` in the output
 * says which hashed files an entry needs ("presenter/main.tsx" -> file, css, imports).
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { messages } from './compile/messages.ts'
import { worker } from './compile/worker.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const ENTRIES = [
  'presenter/main.tsx',
  'desk/main.tsx',
  'sign-in/main.tsx',
  'viewer/main.ts',
  'embed/main.ts',
]
/** Under its own name: a browser asks for the same address again to see whether there is a new one. */
const WORKER = 'presenter/sw.ts'

export default defineConfig({
  root: here('.'),
  base: '/static/',
  publicDir: false,
  plugins: [messages(here('i18n')), worker(['presenter/main.tsx', 'sign-in/main.tsx'])],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: here('../app/static'),
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    // The polyfill is an inline-script habit; every browser we promise has modulepreload.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: {
      input: {
        ...Object.fromEntries(
          ENTRIES.filter((entry) => existsSync(here(entry))).map((entry) => [entry.split('/')[0]!, here(entry)]),
        ),
        sw: here(WORKER),
      },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['**/*.test.{ts,tsx}'],
    exclude: ['node_modules/**'],
    // A busy machine is not a broken promise; what hangs still ends.
    testTimeout: 60_000,
  },
})
