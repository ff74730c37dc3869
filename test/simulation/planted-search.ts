/** Plants known bugs one after another in a copy of the sources, and lets lives find them. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PLANTED } from './planted.ts'
import type { Planted } from './planted-one.ts'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '..', '..')
/** What a life needs. Below the repository, so that packages are found; not in `node_modules`, where Node strips no types. */
const NEEDED = ['src', 'test/simulation', 'test/support', 'scripts/simulate.ts', 'package.json']

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

interface Search {
  /** Names to plant; none: all. */
  readonly only: readonly string[]
  /** Leave out what takes more lives to find. */
  readonly within: number
  /** Searches at once. */
  readonly jobs: number
}

/** @returns whether all were found within as many lives as they say. */
export async function searchPlanted({ only, within, jobs }: Search): Promise<boolean> {
  const wanted = PLANTED.filter(
    (bug) => bug.within <= within && (only.length === 0 || only.some((part) => bug.name.includes(part))),
  )
  const left = [...wanted]
  const missed: string[] = []
  await mkdir(join(ROOT, '.cache'), { recursive: true })
  const folder = await mkdtemp(join(ROOT, '.cache', 'planted-'))
  const search = async () => {
    for (let bug = left.shift(); bug !== undefined; bug = left.shift()) {
      const found = await find(folder, bug)
      say(
        `${found === undefined ? 'MISSED' : 'found '}  ${bug.name}: ${found ?? `not within ${bug.within} lives`}`,
      )
      if (found === undefined) missed.push(bug.name)
    }
  }
  try {
    await Promise.all(Array.from({ length: jobs }, search))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  say(`${wanted.length - missed.length} of ${wanted.length} planted bugs were found`)
  return wanted.length > 0 && missed.length === 0
}

/** @returns the seed that found it, and the law; `undefined`: none did. */
async function find(folder: string, bug: Planted): Promise<string | undefined> {
  const place = join(folder, bug.name.replaceAll(' ', '-'))
  for (const path of NEEDED) await cp(join(ROOT, path), join(place, path), { recursive: true })
  await plant(join(place, 'src', bug.file), bug)
  const args = [
    join(place, 'scripts', 'simulate.ts'),
    '--until-failure',
    '--jobs',
    '1',
    '--seeds',
    String(bug.within),
  ]
  try {
    await run(process.execPath, args, { maxBuffer: 16 * 1024 * 1024 })
    return undefined
  } catch (error) {
    const output = String(Reflect.get(Object(error), 'stdout'))
    const law = /^seed (\d+): (.*)$/m.exec(output)
    // Whatever stops the program itself is a bug of the table, or of ours.
    if (law === null) throw error
    return `seed ${law[1]}, ${law[2]?.slice(0, 110)}`
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

async function plant(path: string, { name, find: old, replace }: Planted): Promise<void> {
  const text = await readFile(path, 'utf8')
  const parts = text.split(old)
  if (parts.length !== 2) throw new Error(`"${name}": its place occurs ${parts.length - 1} times in ${path}`)
  await writeFile(path, parts.join(replace))
}
