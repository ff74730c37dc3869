/**
 * `npm run bench`: bundles `bench/main.ts` as `dist/` is bundled, and runs it. Measured is what
 * people install: run from its sources, every process also carries the compiler that strips their
 * types, and starting git takes half as long again.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { rolldown } from 'rolldown'

const ROOT = join(import.meta.dirname, '..')
const CACHE = join(ROOT, 'node_modules', '.cache')

// Below `node_modules`, so that what is not bundled is found.
await mkdir(CACHE, { recursive: true })
const folder = await mkdtemp(join(CACHE, 'bench-'))
try {
  const build = await rolldown({
    input: { bench: join(ROOT, 'scripts', 'bench', 'main.ts') },
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
  const program = [join(folder, 'bench.mjs'), ...process.argv.slice(2)]
  const child = spawn(process.execPath, program, { cwd: ROOT, stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  process.exitCode = code ?? 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
