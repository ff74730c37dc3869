/**
 * `npm run bench`, `npm run bench:lanes`: bundles `bench/main.ts`, or `bench/lanes.ts`, as `dist/` is bundled, and runs it. Measured is what
 * people install: run from its sources, every process also carries the compiler that strips their
 * types, and starting git takes half as long again.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { rolldown } from 'rolldown'

const ROOT = join(import.meta.dirname, '..')
const [first, ...rest] = process.argv.slice(2)
const [program, flags] = first === 'lanes' ? ['lanes', rest] : ['main', process.argv.slice(2)]
const CACHE = join(ROOT, 'node_modules', '.cache')

// Below `node_modules`, so that what is not bundled is found.
await mkdir(CACHE, { recursive: true })
const folder = await mkdtemp(join(CACHE, 'bench-'))
try {
  const build = await rolldown({
    input: { bench: join(ROOT, 'scripts', 'bench', `${program}.ts`) },
    platform: 'node',
    external: ['rolldown'],
    logLevel: 'warn',
  })
  await build.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name].mjs',
  })
  const child = spawn(process.execPath, [join(folder, 'bench.mjs'), ...flags], {
    cwd: ROOT,
    stdio: 'inherit',
  })
  const [code] = await once(child, 'exit')
  process.exitCode = code ?? 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
