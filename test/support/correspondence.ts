/**
 * Two agents that write to each other while both work, by the real command line: as two runs on two clones of one
 * remote, or as two lanes of one process. Every letter says when it was written; whoever gets it, when that was.
 */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { gitServer } from './git-server.ts'

const ROOT = join(import.meta.dirname, '../..')
const CLI = join(ROOT, 'src/entry/cli.ts')

/** Writes so many letters, one after each pause, and reads as many; its inbox is a folder, as for any agent. */
const AGENT = `
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
const [to, count, pause, log] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4]), process.argv[5]]
const { CMS_OUTBOX: outbox, CMS_INBOX: inbox, CMS_TASK: task } = process.env
mkdirSync(outbox + '/messages')
const got = new Set()
let sent = 0
let next = Date.now()
const patience = Date.now() + 240_000
while (sent < count || got.size < count) {
  const now = Date.now()
  if (sent < count && now >= next) {
    sent += 1
    next = now + pause
    writeFileSync(outbox + '/half', JSON.stringify({ to, body: JSON.stringify({ n: sent, at: Date.now() }) }))
    renameSync(outbox + '/half', outbox + '/messages/' + String(sent).padStart(2, '0') + '.json')
  }
  for (const name of readdirSync(inbox)) {
    if (got.has(name)) continue
    got.add(name)
    const { id, from, body } = JSON.parse(readFileSync(inbox + '/' + name, 'utf8'))
    const { n, at } = JSON.parse(body)
    appendFileSync(log, JSON.stringify({ id, from, to: task, n, ms: Date.now() - at }) + '\\n')
    writeFileSync(outbox + '/acks.json', JSON.stringify([...got].map((one) => one.slice(9, -5))))
  }
  if (now > patience) process.exit(3)
  await new Promise((resolve) => setTimeout(resolve, 50))
}
writeFileSync(task + '.txt', 'done')
`

const Received = z.object({ id: z.string(), from: z.string(), to: z.string(), n: z.int(), ms: z.number() })
export type Received = z.infer<typeof Received>

export interface Correspondence {
  readonly where: 'two runners' | 'a terminal'
  /** That each of the two writes. */
  readonly letters: number
  /** Between two letters of one agent, ms. */
  readonly pause: number
}

export interface Correspondended {
  readonly received: readonly Received[]
  /** Subjects of the state branch, oldest first. */
  readonly story: readonly string[]
  /** The checkpoint as it stands then. */
  readonly checkpoint: unknown
  /** What the runs printed. */
  readonly said: string
}

const ENV = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
}

/** Has them correspond, to the end. @throws Error with all that was printed, when a run fails. */
export async function correspond(wanted: Correspondence): Promise<Correspondended> {
  const folder = mkdtempSync(join(tmpdir(), 'cms-letters-'))
  await using server = await gitServer()
  try {
    const log = join(folder, 'received')
    writeFileSync(log, '')
    writeFileSync(join(folder, 'agent.mjs'), AGENT)
    const isRemote = wanted.where === 'two runners'
    const first = clone(join(folder, 'one'), server.user, server.url, loopFile(folder, log, wanted))
    const arguments_ = isRemote
      ? ['run', '--remote', '--max-iterations', '1']
      : ['run', '--local', '--parallel', '2']
    const runs = [cms(first, arguments_)]
    if (isRemote) {
      await until(() => storyOf(server.bare).some((subject) => / begin, /.test(subject)))
      const second = join(folder, 'two')
      cpSync(first, second, { recursive: true })
      runs.push(cms(second, arguments_))
    }
    const ended = await Promise.all(runs)
    const said = ended.map(({ out }) => out).join('\n')
    if (ended.some(({ code }) => code !== 0)) throw new Error(`a run failed:\n${said}`)
    const home = isRemote ? server.bare : first
    const received = readFileSync(log, 'utf8').split('\n').filter(Boolean)
    return {
      received: received.map((line) => Received.parse(JSON.parse(line))),
      story: storyOf(home),
      checkpoint: JSON.parse(git(home, 'show', `${STATE}:checkpoint.json`)),
      said,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

const STATE = 'refs/heads/cms/main/state'

function loopFile(folder: string, log: string, { letters, pause }: Correspondence): string {
  const run = (to: string) =>
    `'"${process.execPath}" "${join(folder, 'agent.mjs')}" ${to} ${letters} ${pause} "${log}"'`
  return [
    'agent: command',
    'parallel: 2',
    'verify: ["true"]',
    'tasks:',
    `  - { id: a, run: ${run('b')} }`,
    `  - { id: b, run: ${run('a')} }`,
    '',
  ].join('\n')
}

function clone(path: string, from: string, url: string, loop: string): string {
  cpSync(from, path, { recursive: true })
  git(path, 'remote', 'remove', 'origin', { ok: true })
  git(path, 'remote', 'add', 'origin', url)
  mkdirSync(join(path, '.cms'), { recursive: true })
  writeFileSync(join(path, '.cms/loop.yml'), loop)
  return path
}

function git(cwd: string, ...args: readonly (string | { readonly ok: true })[]): string {
  const words = args.filter((one) => typeof one === 'string')
  const ran = spawnSync('git', words, { cwd, env: ENV, encoding: 'utf8', maxBuffer: 1e8 })
  if (ran.status !== 0 && words.length === args.length)
    throw new Error(`git ${words.join(' ')}: ${ran.stderr}`)
  return ran.stdout.trim()
}

const storyOf = (path: string): string[] =>
  git(path, 'log', '--reverse', '--format=%s', STATE, { ok: true }).split('\n').filter(Boolean)

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 100))
}

function cms(cwd: string, args: readonly string[]): Promise<{ code: number | null; out: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...ENV, HOME: cwd, CMS_HOME: `${cwd}.home` }
    const child = spawn(process.execPath, [CLI, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        out += text
      })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out }))
  })
}
