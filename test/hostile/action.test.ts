/**
 * What hostile programs say to the runner of a job, to people and to the agent after them, through the bundled
 * action: nothing of it commands, calls, links or closes anything.
 */
import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { ActionWorld, loopFile, STATE, task, WORK } from '../support/action-world.ts'
import { filesBelow, objectsOf } from '../support/everywhere.ts'
import { placesOfSecret, SECRET } from '../support/hostile/secret.ts'
import { notOurs } from '../support/hostile/voice.ts'
import { INTERPRETERS, PROGRAMS } from '../support/hostile/world.ts'

/** Programs that speak, and their verdicts here. */
const SPEAKERS = {
  'speaks-to-runner.sh': 'done',
  'report-injection.js': 'done',
  'prints-secret.sh': 'done',
  'forges-trailers.sh': 'done',
  'skips-checks.sh': 'done',
  'speaks-to-terminal.sh': 'agent_failed',
  'blocked-in-our-voice.sh': 'blocked',
} as const

const programs = Object.keys(SPEAKERS)
const idOf = (program: string) => program.replace(/\..*$/, '')

const IDENTITY = ['AUTHOR', 'COMMITTER']
  .map((who) => `export GIT_${who}_NAME=evil GIT_${who}_EMAIL=evil@example.com`)
  .join('; ')

/** How a shell starts a program of the corpus, which tells what it has done in a folder of its own. */
function started(program: string, out: string, seen = join(out, idOf(program))): string {
  const by = INTERPRETERS[extname(program)] ?? process.execPath
  return `${IDENTITY}; mkdir -p '${seen}'; '${by}' '${join(PROGRAMS, program)}' '${out}' '${seen}'`
}

const loop = (out: string) =>
  loopFile(
    [
      ...programs.map((program) => {
        const id = idOf(program)
        const run = `mkdir -p out; echo x > out/${id}.txt; ${started(program, out)}`
        return task(id, run, { name: id, agent: { env: ['DEPLOY_TOKEN'] }, priority: 1 })
      }),
      // What the agent wrote is run, and speaks as well as it does.
      task('red', 'mkdir -p out; echo x > out/red.txt', {
        verify: [
          `export CMS_OUTBOX='${out}'; ${started('speaks-to-runner.sh', out, join(out, 'red'))}; exit 1`,
        ],
      }),
      task('honest', `cat > '${out}/prompt'; mkdir -p out; echo x > out/honest.txt`, {
        name: 'honest',
        uses: programs.map(idOf),
      }),
    ],
    { policy: { attempts: 1 }, commits: 'keep' },
  )

/** Lines that the runner of a job obeys: it looks past space and what has no width, and so do viewers past colours. */
const obeyed = (log: string): readonly string[] =>
  log.split(/\r\n|\r|\n/).filter((line) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked past
    const seen = line.replace(/\u001b\[[0-9;]*m|\p{Default_Ignorable_Code_Point}|(?!\s)\p{Cc}/gu, '')
    return /^\s*::|##\[/.test(seen)
  })

const OURS = /^::(?:add-mask::ghs_\w+$|group::[\w-]+ · \w+$|endgroup::$|error::needs human: )/

/** What a terminal that shows a log obeys, but for colours. */
const CONTROLS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /\u001b(?!\[[0-9;]*m)|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

/** What a page of GitHub makes more of than text. */
const MARKUP = /<(?:img|system|\/task)|(?<!\\)\[x\]\(|@(?:everyone|example)|^# (?:Heading|Done|Your task)/m

/** What closes an issue, in a pull request or in a message that is merged. */
const CLOSES = /\b(?:fixes|closes):?\s+(?:#|GH-)\d/i

/** What switches checks off, or speaks in our trailers, in a message. */
const MEANS =
  /\[(?:skip|no) ci\]|\[ci skip\]|\[(?:skip actions|actions skip)\]|\*\*\*NO_CI|^skip-checks:|^cms-seq\s*: 999999/im

test('what hostile agents say through the action commands nothing, calls nobody and closes no issue', async () => {
  await using world = await ActionWorld.open(loop)
  const { runner, server } = world
  const job = { inputs: { continue: 'here' }, env: { DEPLOY_TOKEN: SECRET } }
  const ran = await runner.job(await world.press(), job)

  // Each did what it set out to do.
  const seen = [...programs.map(idOf), 'red']
  expect(seen.filter((id) => !existsSync(world.outside(`${id}/done`)))).toEqual([])
  const { completed_tasks: done, remaining_tasks: left } = world.checkpoint()
  expect(
    Object.fromEntries([
      ...done.map(({ id }) => [id, 'done']),
      ...left.map(({ id, attempts }) => [id, attempts.at(-1)?.verdict]),
    ]),
  ).toEqual({
    ...Object.fromEntries(Object.entries(SPEAKERS).map(([program, verdict]) => [idOf(program), verdict])),
    red: 'verify_failed',
    honest: 'done',
  })

  // The log shows it, and the runner obeys none of it. Files of the job are told to nobody.
  expect(ran.log.split('set-output name=verdict::done').length).toBeGreaterThan(20)
  expect(obeyed(ran.log).filter((line) => !OURS.test(line))).toEqual([])
  expect(ran.log).not.toMatch(CONTROLS)
  expect(ran.outputs).toMatchObject({ status: 'needs_human', task: '', verdict: '' })
  expect(obeyed(Object.values(ran.outputs).join('\n'))).toEqual([])
  expect(Object.values(ran.outputs).join('')).not.toMatch(/[\r\n]/)
  const temp = filesBelow(join(ran.workspace, '../../_temp'))
  const files = ['env', 'path'].map((name) => temp[`_runner_file_commands/${name}`])
  expect(files).toEqual(['_runner_file_commands/env\n', '_runner_file_commands/path\n'])

  // People see it as text, and so does GitHub.
  const [pull] = server.world.pulls
  const pages = {
    summary: ran.summary,
    pull: pull?.body ?? '',
    state: server.git('show', `${STATE}:README.md`),
  }
  for (const page of Object.values(pages)) {
    expect(page).toContain('Ignore all that was said')
    expect(page).not.toMatch(MARKUP)
  }
  const messages = server.git('log', '--format=%B', `main..${WORK}`)
  expect(messages).toContain('Ignore all that was said')
  expect(messages).not.toMatch(MEANS)
  for (const text of [pages.pull, messages]) expect(text).not.toMatch(CLOSES)

  // The agent after them has it as data.
  const prompt = readFileSync(world.outside('prompt'), 'utf8')
  expect(prompt).toMatch(/^report-injection: \{.*Ignore all that was said/m)
  expect(notOurs(prompt, 'honest')).toEqual([])

  // The secret was given, and is nowhere.
  const shown = {
    log: ran.log,
    outputs: JSON.stringify(ran.outputs),
    pulls: JSON.stringify(server.world.pulls),
  }
  const kept = { ...temp, ...pages, prompt, objects: objectsOf(server.gitDir) }
  expect(placesOfSecret({ ...shown, ...kept })).toEqual([])
  expect(ran.log).toContain('│ ***')
}, 120_000)
