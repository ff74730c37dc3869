/** One test for each program: it is contained, and the harness says what it did. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { compiledFolder, type Ran } from './prisoner.ts'
import type { Row, Rows } from './row.ts'
import { placesOfSecret } from './secret.ts'
import { notOurs } from './voice.ts'
import { HostileWorld, PROGRAMS, type Untouched } from './world.ts'

/** The first line of a program says what it does. */
export function deedOf(program: string): string {
  const [first = ''] = readFileSync(join(PROGRAMS, program), 'utf8').split('\n')
  const [, deed] = /^(?:#|\/\/) It (.{10,})\.$/.exec(first) ?? []
  if (deed === undefined) throw new Error(`${program} does not begin with a line "It does this or that."`)
  return deed
}

export function contains(rows: Rows): void {
  let compiled: AsyncDisposable | undefined
  beforeAll(async () => {
    compiled = await compiledFolder()
  })
  afterAll(async () => {
    await compiled?.[Symbol.asyncDispose]()
  })
  const named = Object.entries(rows).map(([program, row]) => [program, deedOf(program), row] as const)
  test.each(named)('%s: it %s', (program, _, row) => isContained(program, row), 300_000)
}

export async function isContained(program: string, row: Row): Promise<void> {
  await using world = await HostileWorld.open(program, row)
  const before = world.untouched()
  const ran = await runToItsEnd(world, row)
  try {
    if (row.unseen === undefined && world.saw('done') === undefined)
      throw new Error('It has not seen itself do what it set out to do.')
    await judge(world, row, { before, ran })
  } catch (error) {
    throw new Error(`${program} is not contained, or not named. The run said:\n${ran.said.slice(-3_000)}`, {
      cause: error,
    })
  }
  await goesOn(world)
}

interface Outcome {
  readonly before: Untouched
  readonly ran: Ran
}

async function judge(world: HostileWorld, row: Row, { before, ran }: Outcome): Promise<void> {
  const { isRemote = false } = row
  expect(await world.prisoner.left()).toEqual([])
  expect(world.untouched()).toEqual(before)
  expect(world.leftFolders()).toEqual([])

  const { completed_tasks: done, remaining_tasks: open } = world.checkpoint('main', isRemote)
  const last = open.find(({ id }) => id === 'deed')?.attempts.at(-1)
  const isDone = done.some(({ id }) => id === 'deed')
  expect(isDone ? 'done' : last?.verdict).toBe(row.verdict)
  expect(`${last?.because ?? ''}\n${ran.said}`).toMatch(row.says)
  expect(done.map(({ id }) => id)).toContain('honest')
  const { paths, tasks } = world.landed(isRemote)
  const { lands = isDone ? ['deed.txt'] : [] } = row
  if (lands instanceof RegExp) expect(paths.filter((path) => !lands.test(path))).toEqual(['honest.txt'])
  else expect(paths).toEqual([...lands, 'honest.txt'].toSorted())
  expect(tasks).toEqual(done.map(({ id }) => id))
  expect(obeyed(ran.said)).toEqual([])
  expect(placesOfSecret({ ...world.everything(), said: ran.said })).toEqual([])
  const told = world.saw('prompt') ?? ''
  expect(told).toMatch(row.tells ?? /^# Your task: honest/m)
  expect(notOurs(told, 'honest')).toEqual([])
  expect(placesOfSecret({ told, context: world.saw('context') ?? '' })).toEqual([])
  expect(ran.megabytes).toBeLessThan(row.megabytes ?? 300)
  await row.also?.(world, ran)
}

/** The other loop is what it was, and finishes. */
async function goesOn(world: HostileWorld): Promise<void> {
  const rest = await world.cms('run', '--local', '--file', '.cms/other.yml')
  expect({ code: rest.code, said: rest.said }).toEqual({ code: 0, said: expect.anything() })
  expect(world.checkpoint('other').completed_tasks.map(({ id }) => id)).toEqual(['one', 'two'])
  expect(await world.prisoner.left()).toEqual([])
}

/** A run that was killed, or could not go on, is run again, as a person or a schedule does. */
async function runToItsEnd(world: HostileWorld, { isRemote = false, runs = 1 }: Row): Promise<Ran> {
  const all: Ran[] = []
  for (let n = 0; n < runs; n += 1) {
    const ran = await world.cms('run', isRemote ? '--remote' : '--local')
    all.push({ ...ran, said: all.map(({ said }) => said).join('') + ran.said })
  }
  const [last] = all.splice(-1)
  if (last === undefined) throw new Error('It was never run.')
  if (last.code !== 0 && last.code !== 3)
    throw new Error(`It ended with ${last.code ?? last.signal}: ${last.said}`)
  for (const { code, signal } of all) expect(signal ?? code).toEqual(code === null ? 'SIGKILL' : 2)
  return last
}

/** What a terminal or a runner would obey: none of it may come through. */
function obeyed(said: string): string[] {
  const lines = said.split(/\r\n|\r|\n/)
  return lines.filter((line) =>
    /^\s*(::|##\[)|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(line),
  )
}
