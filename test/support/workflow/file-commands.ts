/** The files that a step writes to (`GITHUB_OUTPUT` and its like), read as the runner reads them. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const FILES = ['OUTPUT', 'STATE', 'ENV', 'PATH', 'STEP_SUMMARY'] as const

/** What a step said by its files. */
export interface Said {
  readonly outputs: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  /** In front of the PATH of later steps, the last one first. */
  readonly path: readonly string[]
  readonly summary: string
}

/** Makes the files of one step. @returns the variables that name them. */
export async function commandFiles(temp: string, step: string): Promise<Record<string, string>> {
  const folder = join(temp, '_runner_file_commands')
  await mkdir(folder, { recursive: true })
  const named = FILES.map(
    (name) => [`GITHUB_${name}`, join(folder, `${name.toLowerCase()}_${step}`)] as const,
  )
  for (const [, path] of named) await writeFile(path, '')
  return Object.fromEntries(named)
}

/** Reads the files of a step that is over. Throws where the runner would fail the step. */
export async function saidIn(files: Readonly<Record<string, string>>): Promise<Said> {
  const read = (name: (typeof FILES)[number]) => readFile(files[`GITHUB_${name}`] ?? '', 'utf8')
  const env = pairsIn(await read('ENV'))
  if ('NODE_OPTIONS' in env) throw new Error("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV'")
  return {
    outputs: pairsIn(await read('OUTPUT')),
    state: pairsIn(await read('STATE')),
    env,
    path: (await read('PATH')).split('\n').filter((line) => line !== ''),
    summary: await read('STEP_SUMMARY'),
  }
}

/** `name=value`, or `name<<delimiter`, lines, `delimiter`. */
export function pairsIn(text: string): Record<string, string> {
  const lines = text.split('\n')
  const pairs: [string, string][] = []
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line.trim() === '') continue
    const [, name, delimiter] = /^([^=]*?)<<(.+)$/.exec(line) ?? []
    if (name !== undefined && delimiter !== undefined) {
      const end = lines.indexOf(delimiter)
      if (end === -1) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`)
      pairs.push([name, lines.splice(0, end).join('\n')])
      lines.shift()
      continue
    }
    const [, key, value] = /^([^=]+)=(.*)$/.exec(line) ?? []
    if (key === undefined || value === undefined) throw new Error(`Invalid format '${line}'`)
    pairs.push([key, value])
  }
  return Object.fromEntries(pairs)
}
