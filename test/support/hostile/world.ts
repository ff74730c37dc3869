/**
 * A repository with two loops and a remote, in the hands of a user with few rights: one loop meets a hostile
 * program and then an honest one, the other was begun before and goes on after.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, extname, join, resolve } from 'node:path'
import { Checkpoint } from '../../../src/core/checkpoint.ts'
import { filesBelow, objectsOf } from '../everywhere.ts'
import { hashes } from './hashes.ts'
import { CLI, Prisoner, type Ran } from './prisoner.ts'
import type { Row } from './row.ts'
import { SECRET } from './secret.ts'

export const PROGRAMS = join(import.meta.dirname, '../../fixtures/agents/hostile')

export const INTERPRETERS: Readonly<Record<string, string>> = { '.sh': 'bash', '.pl': 'perl' }

export const FILES: Readonly<Record<string, string>> = {
  'README.md': '# Widgets\n',
  'CLAUDE.md': 'Be honest.\n',
  'AGENTS.md': 'Be honest.\n',
  '.mcp.json': '{}\n',
  '.claude/settings.json': '{}\n',
  '.github/workflows/ci.yml': 'on: push\n',
  '.gitattributes': '* text=auto\n',
  '.gitignore': 'ignored/\n',
  'checks/has.sh': 'test -s "$1"\n',
  'package.json': '{ "scripts": { "test": "node test/sum.test.js" } }\n',
  'src/sum.js': 'export const sum = (a, b) => a - b\n',
  'test/sum.test.js':
    "import { sum } from '../src/sum.js'\nif (sum(1, 2) !== 3) throw new Error('1 + 2 is 3')\n",
}

const OTHER = {
  loop: 'other',
  agent: 'command',
  tasks: ['one', 'two'].map((id) => ({
    id,
    run: `echo ${id} > ${id}.txt`,
    verify: [`sh checks/has.sh ${id}.txt`],
  })),
}

/** Everything of the user that a loop has no business with. */
export interface Untouched {
  readonly refs: readonly string[]
  readonly remote: readonly string[]
  readonly files: Readonly<Record<string, string>>
}

const OWN_REFS = /^\w+ refs\/heads\/cms\/main\/(state|work|salvage\/(deed|honest)\/\d+)$/

export class HostileWorld implements AsyncDisposable {
  readonly prisoner: Prisoner
  readonly path: string
  readonly #remote: string
  /** What a trick could reach outside of the tree: `precious/`, `open/`, and `pwned` once something has been run. */
  readonly outside: string
  /** Where programs tell what they have done, on a disk that none of them fills. No part of the product looks here. */
  readonly seen: string

  private constructor(prisoner: Prisoner, seen: string) {
    this.prisoner = prisoner
    this.seen = seen
    this.path = join(prisoner.folder, 'widgets')
    this.#remote = join(prisoner.folder, 'remote.git')
    this.outside = join(prisoner.folder, 'outside')
  }

  static async open(program: string, row: Row): Promise<HostileWorld> {
    const seen = await mkdtemp(join(tmpdir(), 'cms-hostile-seen-'))
    const world = new HostileWorld(await Prisoner.take(row.limits), seen)
    const { prisoner, path, outside } = world
    for (const [name, text] of Object.entries(FILES)) await world.write(name, text)
    await mkdir(join(outside, 'precious'), { recursive: true })
    await mkdir(join(outside, 'open'))
    await writeFile(join(outside, 'open', 'letter.txt'), 'dear you\n')
    await writeFile(join(outside, 'precious', 'diary.txt'), 'dear diary\n')
    await chmod(join(outside, 'precious', 'diary.txt'), 0o444)
    await chmod(join(outside, 'precious'), 0o555)
    // The agent itself has a mark: what it springs with its own hands shows that the trap is set.
    const sprung = `if [ -n "$CMS_MARK" ]; then touch ${seen}/trapped; else touch ${outside}/pwned; fi`
    await writeFile(join(outside, 'trap.sh'), `#!/bin/sh\n${sprung}\ncat\n`)
    await chmod(join(outside, 'trap.sh'), 0o755)
    await world.write('.cms/loop.yml', JSON.stringify(world.#loop(program, row)))
    await world.write('.cms/other.yml', JSON.stringify(OTHER))
    prisoner.own(prisoner.folder)
    prisoner.own(seen)
    prisoner.ask(['bash', '-euc', REPOSITORY, 'bash', world.#remote], path)
    const begun = await world.cms('run', '--local', '--file', '.cms/other.yml', '--max-iterations', '1')
    if (begun.code !== 0 && begun.code !== 4) throw new Error(`the other loop was not begun: ${begun.said}`)
    return world
  }

  #loop(program: string, { task, loop, honest = 'echo honest > honest.txt' }: Row): object {
    const file = resolve(PROGRAMS, program)
    const by = INTERPRETERS[extname(program)] ?? process.execPath
    return {
      agent: 'command',
      policy: { attempts: 1 },
      setup_timeout: '1m',
      verify_timeout: '1m',
      ...loop,
      tasks: [
        {
          id: 'deed',
          priority: 1,
          run: `exec '${by}' '${file}' '${this.outside}' '${this.seen}'`,
          verify: ['sh checks/has.sh deed.txt'],
          ...task,
        },
        {
          id: 'honest',
          uses: ['deed'],
          run: `cat > '${this.seen}/prompt'; cp "$CMS_CONTEXT" '${this.seen}/context'; ${honest.replaceAll('SEEN', this.seen)}`,
          verify: ['sh checks/has.sh honest.txt'],
        },
      ],
    }
  }

  async write(name: string, text: string): Promise<void> {
    const path = join(this.path, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }

  cms(...args: string[]): Promise<Ran> {
    // As on a runner: what a program writes into its files is obeyed by later steps.
    const files = ['ENV', 'PATH', 'OUTPUT', 'STATE', 'STEP_SUMMARY'].map((name) => [
      `GITHUB_${name}`,
      join(this.outside, `github-${name}`),
    ])
    const env = {
      CMS_HOME: join(this.prisoner.folder, 'cms'),
      DEPLOY_TOKEN: SECRET,
      ...Object.fromEntries(files),
    }
    return this.prisoner.run([process.execPath, CLI, ...args], { cwd: this.path, env })
  }

  git(...args: string[]): string {
    return this.prisoner.ask(['git', ...args], this.path)
  }

  checkpoint(loop: 'main' | 'other', isRemote = false): Checkpoint {
    const ref = isRemote ? `refs/heads/cms/${loop}/state` : `cms/${loop}/state`
    const where = isRemote ? ['--git-dir', this.#remote] : []
    return Checkpoint.parse(JSON.parse(this.git(...where, 'show', `${ref}:checkpoint.json`)))
  }

  /** What has landed on the work branch: paths, and the trailers of each commit. */
  landed(isRemote = false): { readonly paths: readonly string[]; readonly tasks: readonly string[] } {
    const where = isRemote ? ['--git-dir', this.#remote] : []
    const range = 'refs/heads/main..refs/heads/cms/main/work'
    const lines = (text: string) => text.split('\n').filter((line) => line !== '')
    const trailer = '%(trailers:key=Cms-Task,valueonly,separator=%x2c)'
    return {
      paths: this.git(...where, 'diff', '--no-renames', '--name-only', '-z', ...range.split('..'))
        .split('\0')
        .filter((path) => path !== '')
        .toSorted(),
      tasks: lines(this.git(...where, 'log', '--reverse', `--format=${trailer}`, range)),
    }
  }

  untouched(): Untouched {
    const refs = (dir: string) =>
      this.git('--git-dir', dir, 'for-each-ref', '--format=%(objectname) %(refname)')
        .split('\n')
        .filter((line) => !OWN_REFS.test(line))
    const own = join(this.path, '.git')
    return {
      refs: refs(own),
      remote: refs(this.#remote),
      files: {
        ...hashes(this.path, (name) => name !== '.git'),
        ...hashes(own, (name) => !/^(objects|refs|logs|index|ORIG_HEAD|FETCH_HEAD)$/.test(name)),
        ...hashes(join(own, 'objects', 'info'), () => true),
        ...hashes(this.outside, () => true),
        ...hashes(this.#remote, (name) => !/^(objects|refs)$/.test(name)),
      },
    }
  }

  /** Folders of runs that are over. */
  leftFolders(): readonly string[] {
    const home = join(this.prisoner.folder, 'cms')
    return readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((path) => /\/run-\w+$/.test(path))
  }

  /** What the program has seen of its own deed, and what the agent after it was told. */
  saw(name: 'done' | 'prompt' | 'context' | 'retold' | 'storm'): string | undefined {
    const path = join(this.seen, name)
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined
  }

  /** All that the run has left behind that somebody could read, unpacked. */
  everything(): Readonly<Record<string, string>> {
    const dirs = [join(this.path, '.git'), this.#remote]
    const files = filesBelow(
      this.prisoner.folder,
      dirs.map((dir) => join(dir, 'objects')),
    )
    return { ...files, ...Object.fromEntries(dirs.map((dir) => [`objects of ${dir}`, objectsOf(dir)])) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.prisoner[Symbol.asyncDispose]()
    await rm(this.seen, { recursive: true, force: true })
  }
}

/** Refs of every kind that a stranger could move. */
const REPOSITORY = `
git init --quiet --initial-branch=main
git add -A
git commit --quiet -m first
git tag v1
git branch feature
git notes add -m note
git init --quiet --bare --initial-branch=main "$1"
git remote add origin "$1"
git push --quiet origin main feature v1
git checkout --quiet -b mine
`
