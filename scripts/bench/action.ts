/**
 * How long `dist/action.js` takes from its start to its first git command, beside a bundle of
 * `@actions/core` and zod that starts git at once. The git of both ends its parent and the measurement.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { rolldown } from 'rolldown'
import { median } from './numbers.ts'
import { ENV, ROOT, repository, temporary } from './place.ts'

const REFERENCE = `import { spawn } from 'node:child_process'
import * as core from '@actions/core'
import { z } from 'zod'
z.object({ loop: z.string() }).parse({ loop: core.getInput('loop') })
spawn('git', ['version'])
setInterval(() => {}, 1_000)
`

/** Starts of each, ms. */
export interface Starts {
  readonly action: number
  readonly reference: number
  readonly ratio: number
}

export async function actionStart(trials: number): Promise<Starts> {
  await using folder = await temporary()
  const user = await repository(join(folder.path, 'user'), { 'README.md': '# x\n' })
  const reference = await bundle(folder.path)
  const action = join(ROOT, 'dist', 'action.js')
  const bin = join(folder.path, 'bin')
  await mkdir(bin)
  await writeFile(join(bin, 'git'), '#!/bin/sh\nkill -KILL $PPID\n')
  await chmod(join(bin, 'git'), 0o755)
  const env = { ...ENV, ...runner(folder.path, user), PATH: `${bin}:${ENV['PATH']}` }
  const times = new Map<string, number[]>([
    [action, []],
    [reference, []],
  ])
  for (let n = 0; n <= trials; n++)
    for (const [file, list] of times) {
      const took = await untilGit(file, user, env)
      if (n > 0) list.push(took)
    }
  const [a, b] = [...times.values()].map(median)
  return { action: a ?? 0, reference: b ?? 0, ratio: (a ?? 0) / (b ?? 1) }
}

async function untilGit(file: string, cwd: string, env: Readonly<Record<string, string>>): Promise<number> {
  const began = performance.now()
  const child = spawn(process.execPath, [file], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  await once(child, 'exit')
  if (child.signalCode !== 'SIGKILL') throw new Error(`${file} ended before it started git:\n${said}`)
  return performance.now() - began
}

/** Beside the packages, so that the bundler finds them. */
async function bundle(folder: string): Promise<string> {
  const entry = '\0reference'
  const build = await rolldown({
    input: { reference: entry },
    platform: 'node',
    cwd: ROOT,
    plugins: [
      {
        name: 'reference',
        resolveId(id, from) {
          if (id === entry) return id
          return from === entry ? this.resolve(id, join(ROOT, 'package.json')) : null
        },
        load: (id) => (id === entry ? REFERENCE : null),
      },
    ],
  })
  const dir = join(folder, 'reference')
  await build.write({ dir, format: 'esm', chunkFileNames: '[name].js' })
  await writeFile(join(dir, 'package.json'), '{"type":"module"}')
  return join(dir, 'reference.js')
}

/** What the runner tells an action. */
const runner = (temp: string, workspace: string): Record<string, string> => ({
  GITHUB_ACTIONS: 'true',
  GITHUB_REPOSITORY: 'acme/widgets',
  GITHUB_REPOSITORY_OWNER: 'acme',
  GITHUB_API_URL: 'http://127.0.0.1:9',
  GITHUB_SERVER_URL: 'http://127.0.0.1:9',
  GITHUB_RUN_ID: '1',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_WORKFLOW_REF: 'acme/widgets/.github/workflows/cms.yml@refs/heads/main',
  GITHUB_EVENT_NAME: 'workflow_dispatch',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_SHA: '0'.repeat(40),
  GITHUB_WORKSPACE: workspace,
  RUNNER_TEMP: temp,
  'INPUT_GITHUB-TOKEN': 'none',
})
