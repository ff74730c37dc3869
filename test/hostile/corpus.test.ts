/** The corpus, the tables of what is to be said of it, and whether they could be fooled. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { compiledFolder } from '../support/hostile/prisoner.ts'
import type { Rows } from '../support/hostile/row.ts'
import { GIT, WITHOUT_EFFECT } from '../support/hostile/rows-git.ts'
import { OUTBOX } from '../support/hostile/rows-outbox.ts'
import { FLOODS, PROCESSES } from '../support/hostile/rows-processes.ts'
import { RULES, TREES } from '../support/hostile/rows-tree.ts'
import { WORDS } from '../support/hostile/rows-words.ts'
import { deedOf, isContained } from '../support/hostile/suite.ts'
import { FILES, INTERPRETERS, PROGRAMS } from '../support/hostile/world.ts'

const tables: Rows = { ...GIT, ...RULES, ...TREES, ...OUTBOX, ...WORDS, ...PROCESSES, ...FLOODS }
const programs = readdirSync(PROGRAMS).toSorted()

test('every program of the corpus is in one of the tables, once, and says what it does', () => {
  const named = [GIT, RULES, TREES, OUTBOX, WORDS, PROCESSES, FLOODS].flatMap((rows) => Object.keys(rows))
  expect(named.toSorted()).toEqual(programs)
  expect(programs.length).toBeGreaterThanOrEqual(40)
  expect(new Set(programs.map(deedOf)).size).toBe(programs.length)
})

/** The line behind which a program looks at what it has done. */
const LOOKS = /^(?:#|\/\/) What it sees of it[^:]*:\n/m

const textOf = (program: string) => readFileSync(join(PROGRAMS, program), 'utf8')
const looking = programs.filter((program) => LOOKS.test(textOf(program)))

test('every program looks at what it has done, but for those whose row says why not', () => {
  const unseen = programs.filter((program) => tables[program]?.unseen !== undefined)
  expect(programs.filter((program) => !looking.includes(program))).toEqual(unseen)
  expect(unseen.length).toBeLessThan(10)
})

/** What a program needs to look: nothing of what it does. */
const needs = /^(?:import .*|use .*;|const kind = .*)$/gm

test.each(looking)('%s sees nothing where nothing was done', async (program) => {
  const folder = await mkdtemp(join(tmpdir(), 'cms-hostile-looks-'))
  try {
    const [begin = '', look = ''] = textOf(program).split(LOOKS)
    const file = join(folder, program)
    writeFileSync(file, (begin.match(needs) ?? []).join('\n') + '\n' + look)
    // Where an agent works, as far as looking goes.
    const [work, seen] = [join(folder, 'lane-1/work'), join(folder, 'seen')]
    for (const place of ['seen', 'outside/precious', 'outside/open', 'desk/a/outbox', 'desk/a/inbox'])
      mkdirSync(join(folder, place), { recursive: true })
    for (const [name, text] of Object.entries({ ...FILES, 'deed.txt': 'deed\n' })) {
      mkdirSync(join(work, name, '..'), { recursive: true })
      writeFileSync(join(work, name), text)
    }
    writeFileSync(join(folder, 'desk/a/context.json'), '{}')
    const env = {
      PATH: process.env['PATH'] ?? '',
      CMS_OUTBOX: join(folder, 'desk/a/outbox'),
      CMS_INBOX: join(folder, 'desk/a/inbox'),
      CMS_CONTEXT: join(folder, 'desk/a/context.json'),
      DEPLOY_TOKEN: 'a-token-that-is-long-enough',
      GIT_CONFIG_NOSYSTEM: '1',
    }
    const run = (argv: readonly string[]) =>
      spawnSync(argv[0] ?? '', argv.slice(1), { cwd: work, env, timeout: 3_000, killSignal: 'SIGKILL' })
    run(['git', 'init', '--quiet', '--initial-branch=main'])
    run(['git', 'add', '-A'])
    run(['git', '-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '-m', 'first'])
    const by = INTERPRETERS[extname(program)] ?? process.execPath
    run([by, file, join(folder, 'outside'), seen])
    expect(readdirSync(seen)).toEqual([])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a program that does nothing of what it should is found out', async () => {
  await using _ = await compiledFolder()
  const folder = await mkdtemp(join(tmpdir(), 'cms-hostile-harmless-'))
  try {
    const program = join(folder, 'harmless.sh')
    writeFileSync(program, '# It does nothing but its task.\necho deed > deed.txt\n')
    await chmod(folder, 0o755)
    const contained = isContained(program, WITHOUT_EFFECT)
    await expect(contained).rejects.toMatchObject({
      cause: { message: 'It has not seen itself do what it set out to do.' },
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)
