import { appendFile, chmod, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import {
  copyOf,
  emptyFolder,
  HOME,
  loopOf,
  PATH,
  type Ran,
  Repo,
  removeHome,
  repository,
} from '../support/cli.ts'

afterAll(removeHome)

const Failed = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string().min(1), hint: z.string().min(1) }),
})

const Shown = z.looseObject({
  loop: z.string(),
  epoch: z.number(),
  status: z.string(),
  reason: z.string(),
  next: z.string(),
  seq: z.number(),
  tasks: z.strictObject({
    total: z.number(),
    done: z.number(),
    open: z.number(),
    leased: z.number(),
    parked: z.number(),
  }),
  ledger: z.looseObject({ iterations: z.number(), attempts: z.number(), usd: z.number() }),
  branches: z.strictObject({ state: z.string(), work: z.string() }),
})

const shown = ({ out }: Ran) => Shown.parse(JSON.parse(out))

/** A folder with a `git` of ours in it, as the whole PATH would find it first. */
async function fakeGit(repo: Repo, script: string): Promise<string> {
  const folder = join(repo.path, '../bin')
  await mkdir(folder)
  await new Repo(folder).write('git', `#!/bin/sh\n${script}\n`)
  await chmod(join(folder, 'git'), 0o755)
  return folder
}

interface Refused {
  readonly name: string
  readonly code: string
  readonly args?: readonly string[]
  readonly repo?: () => Promise<Repo>
  readonly prepare?: (repo: Repo) => unknown
  readonly env?: (repo: Repo) => Promise<Readonly<Record<string, string>>>
  /** What the message or the hint must say. */
  readonly says?: RegExp
}

const TWO = ['{ id: a, run: echo a > a.txt }', '{ id: b, run: echo b > b.txt }']

/** A repository whose loop has done its first task. */
async function begun(...tasks: readonly string[]): Promise<Repo> {
  const repo = await repository(...tasks)
  const ran = await repo.cms(['run', '--max-iterations', '1'])
  if (ran.code !== 0) throw new Error(ran.err + ran.out)
  return repo
}

const [done, halfway] = await Promise.all([begun(), begun(...TWO)])

/** Code 2, a code of its own and a way out; nothing is written and nothing spent. */
const REFUSED: readonly Refused[] = [
  { name: 'no repository', repo: emptyFolder, code: 'not-a-repository' },
  {
    name: 'a bare repository',
    repo: async () => {
      const repo = await emptyFolder()
      repo.git('init', '--quiet', '--bare')
      return repo
    },
    code: 'bare-repository',
  },
  {
    name: 'no commits',
    repo: async () => {
      const repo = await emptyFolder()
      repo.git('init', '--quiet')
      await repo.loop(...loopOf())
      return repo
    },
    code: 'no-commits',
  },
  {
    name: 'a branch named cms in the way',
    prepare: (repo) => repo.git('branch', 'cms'),
    code: 'ref-in-the-way',
    says: /git branch -m cms/,
  },
  {
    name: 'a branch below the state branch in the way',
    prepare: (repo) => repo.git('branch', 'cms/main/state/x'),
    code: 'ref-in-the-way',
    says: /cms\/main\/state\/x/,
  },
  {
    name: 'no loop file',
    prepare: (repo) => rm(join(repo.path, '.cms'), { recursive: true }),
    code: 'no-loop-file',
  },
  {
    name: 'no loop file of that name',
    args: ['run', '--file', 'other.yml'],
    code: 'no-loop-file',
    says: /other\.yml/,
  },
  { name: 'an empty loop file', prepare: (repo) => repo.write('.cms/loop.yml', ''), code: 'bad-loop-file' },
  {
    name: 'a loop file that is a folder',
    prepare: async (repo) => {
      await rm(join(repo.path, '.cms/loop.yml'))
      await mkdir(join(repo.path, '.cms/loop.yml'))
    },
    code: 'bad-loop-file',
  },
  {
    name: 'a loop file of bytes',
    prepare: (repo) => repo.write('.cms/loop.yml', new Uint8Array([0xff, 0xfe, 0, 1, 2])),
    code: 'bad-loop-file',
  },
  {
    name: 'a loop file with three mistakes',
    prepare: (repo) =>
      repo.loop(
        'agent: command',
        'bugdet: { usd: 1 }',
        'tasks:',
        '  - { id: A, run: x }',
        '  - { id: b, needs: [c] }',
      ),
    code: 'bad-loop-file',
    says: /:2:1\b[\s\S]*budget[\s\S]*:4:\d+[\s\S]*:5:\d+/,
  },
  {
    name: 'tasks in a circle',
    prepare: (repo) => repo.loop(...loopOf('{ id: a, run: x, needs: [b] }', '{ id: b, run: x, needs: [a] }')),
    code: 'bad-loop-file',
    says: /a → b → a|b → a → b/,
  },
  {
    name: 'an unknown agent',
    prepare: (repo) => repo.loop('agent: clawde', 'tasks: [{ id: a, spec: x }]'),
    code: 'bad-loop-file',
    says: /claude/,
  },
  {
    name: 'an agent that is not installed',
    prepare: (repo) => repo.loop('agent: claude', 'tasks: [{ id: a, spec: x }]'),
    env: async (repo) => ({ PATH: await fakeGit(repo, `PATH='${PATH}' exec git "$@"`) }),
    code: 'agent-missing',
    says: /claude/,
  },
  {
    name: 'an unknown base',
    prepare: (repo) => repo.loop('base: nowhere', ...loopOf()),
    code: 'unknown-base',
    says: /nowhere/,
  },
  { name: 'no git', env: async (repo) => ({ PATH: join(repo.path, 'nothing') }), code: 'git-missing' },
  {
    name: 'an old git',
    env: async (repo) => ({ PATH: `${await fakeGit(repo, 'echo git version 2.30.1')}:${PATH}` }),
    code: 'git-too-old',
    says: /2\.38/,
  },
  { name: 'no remote', args: ['run', '--remote'], code: 'no-remote' },
  {
    name: 'no remote of that name',
    args: ['run', '--remote', 'upstream'],
    prepare: (repo) => repo.git('remote', 'add', 'origin', '/nowhere'),
    code: 'no-remote',
    says: /origin/,
  },
  {
    name: 'a remote that is not there',
    args: ['run', '--remote', 'origin'],
    prepare: (repo) => repo.git('remote', 'add', 'origin', join(HOME, 'nowhere')),
    code: 'remote-unreachable',
  },
  {
    name: 'a loop here and one on the remote',
    args: ['status'],
    repo: () => copyOf(done),
    prepare: (repo) => {
      repo.git('clone', '--quiet', '--bare', '.', '../remote.git')
      repo.git('remote', 'add', 'origin', join(repo.path, '../remote.git'))
    },
    code: 'two-loops',
    says: /origin\/cms\/main\/state[\s\S]*--local/,
  },
  { name: 'a loop id that is a path', args: ['status', '--loop', '../x'], code: 'bad-input' },
  { name: 'no loop to look at', args: ['status'], code: 'no-loop' },
  { name: 'no loop to resume', args: ['resume'], code: 'no-loop' },
  { name: 'no loop to stop', args: ['stop'], code: 'no-loop' },
  { name: 'no loop to tick', args: ['tick'], code: 'no-loop' },
  { name: 'no loop to log', args: ['log'], code: 'no-loop' },
  { name: 'no loop to run on', args: ['run', '--resume'], code: 'no-loop' },
  { name: 'no loop to iterate', args: ['iterate', '--lane', '1', '--nonce', 'x'], code: 'no-loop' },
  {
    name: 'no such task',
    args: ['retry', 'zzz'],
    repo: () => copyOf(halfway),
    code: 'unknown-task',
    says: /\bb\b/,
  },
  { name: 'a task that is done', args: ['accept', 'a'], repo: () => copyOf(done), code: 'not-allowed' },
  {
    name: 'a checkpoint of a newer version',
    repo: () => copyOf(halfway),
    prepare: (repo) => repo.editState((text) => text.replace('"version": "1.', '"version": "7.')),
    code: 'checkpoint-newer',
  },
  {
    name: 'no valid checkpoint at all',
    repo: () => copyOf(halfway),
    prepare: (repo) => repo.editState((text) => text.slice(0, 100), false),
    code: 'checkpoint-invalid',
  },
  ...[['log'], ['status']].map((args) => ({
    name: `a state whose newest commit is lost: ${args[0]}`,
    args,
    repo: () => copyOf(halfway),
    prepare: async (repo: Repo) => {
      const lost = repo.git('commit-tree', '-m', 'lost', 'HEAD^{tree}')
      repo.git('update-ref', 'refs/heads/cms/main/state', lost)
      await rm(join(repo.path, '.git/objects', lost.slice(0, 2), lost.slice(2)))
    },
    code: 'checkpoint-invalid',
  })),
  {
    name: 'its own work branch, checked out',
    repo: () => copyOf(halfway),
    prepare: (repo) => repo.git('checkout', '--quiet', 'cms/main/work'),
    code: 'work-checked-out',
  },
  {
    name: 'a branch of a loop to start from, because it is checked out',
    prepare: (repo) => repo.git('checkout', '--quiet', '-b', 'cms/other/work'),
    code: 'unknown-base',
    says: /cms\/other\/work is checked out/,
  },
  {
    name: 'a loop of a reserved name',
    args: ['status', '--loop', 'plan'],
    code: 'bad-input',
    says: /reserved/,
  },
  ...['run', 'validate', 'plan'].map((command) => ({
    name: `another loop than the file describes, to ${command}`,
    args: [command, '--loop', 'other'],
    code: 'bad-input',
    says: /describes loop "main", not "other"/,
  })),
  { name: 'a lane that is none', args: ['iterate', '--lane', 'x', '--nonce', 'n'], code: 'bad-input' },
  { name: 'a nonce that is none', args: ['iterate', '--lane', '1', '--nonce', ''], code: 'bad-input' },
  {
    name: 'a folder for its things that is a file',
    env: async (repo) => ({ CMS_HOME: join(repo.path, 'README.md') }),
    code: 'bad-input',
    says: /CMS_HOME/,
  },
  {
    name: 'a folder for its things that is not absolute',
    env: async () => ({ CMS_HOME: 'things' }),
    code: 'bad-input',
    says: /not absolute/,
  },
  {
    name: 'no folder for temporary things',
    env: async () => ({ TMPDIR: '/none', CMS_HOME: '' }),
    code: 'bad-input',
  },
  { name: 'an unknown command', args: ['rum'], code: 'bad-input' },
  { name: 'an unknown flag', args: ['run', '--parallell', '2'], code: 'bad-input', says: /parallel/ },
  { name: 'a flag out of range', args: ['run', '--max-iterations', '0'], code: 'bad-input' },
  { name: 'flags that exclude each other', args: ['run', '--local', '--remote'], code: 'bad-input' },
  { name: 'a missing argument', args: ['retry'], code: 'bad-input' },
]

describe('refused before anything is spent', () => {
  test.concurrent.each(REFUSED)(
    '$name: $code',
    async ({ code, args = ['run'], repo: make = repository, ...row }) => {
      const repo = await make()
      await row.prepare?.(repo)
      const env = (await row.env?.(repo)) ?? {}
      const before = await repo.snapshot()
      const ran = await repo.cms([...args, '--json'], { env })
      expect({ code: ran.code, err: ran.err }).toMatchObject({ code: 2 })
      const { error } = Failed.parse(JSON.parse(ran.out))
      expect(error.code).toBe(code)
      expect(ran.err).not.toContain('This is a bug')
      if (row.says !== undefined) expect(`${error.message}\n${error.hint}`).toMatch(row.says)
      expect(await repo.snapshot()).toEqual(before)
    },
  )

  test('for people it is said on standard error, with the way out and the code', async () => {
    const repo = await emptyFolder()
    const ran = await repo.cms(['run'])
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toMatch(/^error: .+\n {2}fix: .+ \[not-a-repository\]\n$/)
  })
})

interface Works {
  readonly name: string
  readonly repo?: () => Promise<Repo>
  readonly prepare?: (repo: Repo) => unknown
  readonly says?: RegExp
  readonly after?: (repo: Repo, ran: Ran) => unknown
}

const cloneOf = async (...options: readonly string[]): Promise<Repo> => {
  const origin = await repository()
  origin.git('config', 'uploadpack.allowFilter', 'true')
  const clone = new Repo(join(origin.path, '../clone'))
  origin.git('clone', '--quiet', ...options, `file://${origin.path}`, clone.path)
  await clone.loop(...loopOf())
  return clone
}

/** Repositories out of the ordinary in which a loop simply works, and leaves the user's own things alone. */
const WORKS: readonly Works[] = [
  { name: 'an ordinary repository' },
  { name: 'a detached HEAD', prepare: (repo) => repo.git('checkout', '--quiet', '--detach') },
  { name: 'a shallow clone', repo: () => cloneOf('--depth=1') },
  { name: 'a partial clone', repo: () => cloneOf('--filter=blob:none') },
  { name: 'a partial clone without a checkout', repo: () => cloneOf('--filter=tree:0', '--no-checkout') },
  {
    name: 'a sparse checkout',
    prepare: (repo) => repo.git('sparse-checkout', 'set', '--no-cone', '/README.md', '/.cms/'),
    after: (repo) => expect(repo.show('cms/main/work', 'src/deep/file.txt')).toBe('x'),
  },
  {
    name: 'SHA-256',
    repo: async () => {
      const repo = await emptyFolder()
      repo.git('init', '--quiet', '--object-format=sha256')
      repo.git('commit', '--quiet', '--allow-empty', '-m', 'first')
      await repo.loop(...loopOf())
      return repo
    },
    after: (repo) => expect(repo.git('rev-parse', 'cms/main/work')).toHaveLength(64),
  },
  {
    name: 'a path with spaces and quotes',
    repo: async () => {
      const from = await repository()
      const repo = new Repo(join(from.path, '..', `it's a "repo" – ü`))
      from.git('clone', '--quiet', from.path, repo.path)
      repo.git('remote', 'remove', 'origin')
      await repo.loop(...loopOf())
      return repo
    },
  },
  {
    name: 'another working tree of the repository',
    repo: async () => {
      const repo = await repository()
      repo.git('worktree', 'add', '--quiet', '../other')
      const other = new Repo(join(repo.path, '../other'))
      await other.loop(...loopOf())
      return other
    },
  },
  {
    name: 'a dirty tree',
    prepare: async (repo) => {
      await repo.write('README.md', 'mine\n')
      await repo.write('staged.txt', 'mine\n')
      repo.git('add', 'staged.txt')
      await repo.write('a.txt', 'untracked, and the agent writes one of that name\n')
    },
    says: /files in your working tree are not committed; they are left alone/,
    after: async (repo) => {
      expect(await readFile(join(repo.path, 'a.txt'), 'utf8')).toContain('untracked')
      expect(repo.git('ls-tree', '--name-only', 'cms/main/work')).not.toContain('staged')
    },
  },
  {
    name: 'hooks and filters that would fail',
    prepare: async (repo) => {
      for (const hook of ['pre-commit', 'reference-transaction', 'post-checkout']) {
        await repo.write(`.git/hooks/${hook}`, '#!/bin/sh\nexit 1\n')
        await chmod(join(repo.path, '.git/hooks', hook), 0o755)
      }
      await appendFile(
        join(repo.path, '.git/config'),
        '[core]\n\tfsmonitor = /bin/false\n\tautocrlf = true\n',
      )
    },
  },
  {
    name: 'a state branch that is lost',
    repo: () => copyOf(halfway),
    prepare: (repo) => repo.git('update-ref', '-d', 'refs/heads/cms/main/state'),
    after: (repo) => {
      const log = repo.git(
        'log',
        '--format=%(trailers:key=Cms-Task,valueonly,separator=%x2C)',
        'cms/main/work',
      )
      expect(log.split('\n').filter((line) => line !== '')).toEqual(['b', 'a'])
    },
  },
  {
    name: 'a newest checkpoint that is cut off',
    repo: () => copyOf(halfway),
    prepare: (repo) => repo.editState((text) => text.slice(0, -100)),
    after: (repo) => expect(repo.git('log', '--format=%B', 'cms/main/state')).toContain('"recovered"'),
  },
  {
    name: 'a checkpoint edited by hand, validly',
    repo: () => copyOf(halfway),
    prepare: (repo) => repo.editState((text) => text.replace('echo b > b.txt', 'echo edited > b.txt')),
    after: (repo) => expect(repo.show('cms/main/work', 'b.txt')).toBe('edited'),
  },
  {
    name: 'a loop file changed in mid-loop',
    repo: () => copyOf(halfway),
    prepare: (repo) => repo.loop(...loopOf('{ id: a, run: "true" }', '{ id: c, run: echo c > c.txt }')),
    after: (repo) => {
      const files = repo.git('ls-tree', '--name-only', 'cms/main/work').split('\n')
      expect(files).toContain('c.txt')
      expect(files).not.toContain('b.txt')
    },
  },
  {
    name: 'a work branch of others ahead of ours',
    repo: () => copyOf(halfway),
    prepare: (repo) => {
      const theirs = repo.git('commit-tree', 'cms/main/work^{tree}', '-p', 'cms/main/work', '-m', 'theirs')
      repo.git('update-ref', 'refs/heads/cms/main/work', theirs)
    },
    after: (repo) => expect(repo.git('log', '--format=%s', 'cms/main/work')).toContain('theirs'),
  },
]

describe('works', () => {
  test.concurrent.each(WORKS)(
    'in or after: $name',
    async ({ repo: make = repository, prepare, says, after }) => {
      const repo = await make()
      await prepare?.(repo)
      const mine = async () => (await repo.snapshot()).slice(1)
      const before = await mine()
      const ran = await repo.cms(['run', '--json', '--local'])
      expect({ code: ran.code, err: ran.err }).toMatchObject({ code: 0 })
      expect(shown(ran)).toMatchObject({ status: 'done', tasks: { open: 0, parked: 0 } })
      expect(repo.show('cms/main/work', 'a.txt')).toBe('a')
      if (says !== undefined) expect(ran.err).toMatch(says)
      expect(await mine()).toEqual(before)
      await after?.(repo, ran)
    },
  )
})

describe('a work branch that is not where the state says needs a person', () => {
  const astray = {
    'reset to another line': (repo: Repo) =>
      repo.git('update-ref', 'refs/heads/cms/main/work', repo.git('commit-tree', 'HEAD^{tree}', '-m', 'x')),
    deleted: (repo: Repo) => repo.git('update-ref', '-d', 'refs/heads/cms/main/work'),
  }

  test.concurrent.each(Object.entries(astray))('%s', async (_, move) => {
    const repo = await copyOf(halfway)
    const head = repo.git('rev-parse', 'cms/main/work')
    move(repo)
    const ran = await repo.cms(['run', '--json'])
    expect(ran.code).toBe(3)
    expect(shown(ran)).toMatchObject({ status: 'needs_human', tasks: { done: 1 } })
    expect(shown(ran).reason).toContain(head)
    expect(shown(ran).next).toMatch(/cms resume/)
    const resumed = await repo.cms(['resume', '--json'])
    expect([resumed.code, shown(resumed).status]).toEqual([3, 'needs_human'])
    repo.git('update-ref', 'refs/heads/cms/main/work', head)
    expect((await repo.cms(['resume'])).code).toBe(0)
  })
})

describe('an agent', () => {
  interface Noise {
    readonly name: string
    readonly run: string
    readonly verdict?: string
  }
  const outbox = (script: string) => `cd $CMS_OUTBOX; ${script}; cd - > /dev/null`
  const NOISE: readonly Noise[] = [
    { name: 'prints 100 MB in one line', run: 'head -c 100000000 /dev/zero | tr "\\0" x' },
    { name: 'prints a million lines', run: 'seq -f "a line of output %g" 1000000' },
    { name: 'prints bytes', run: 'head -c 300000 /dev/urandom; head -c 300000 /dev/urandom >&2' },
    { name: 'prints escapes', run: 'printf "\\033[2J\\033[31mred\\033]0;title\\007\\r\\b"' },
    {
      name: 'prints workflow commands',
      run: 'echo "::set-output name=x::y"; echo "::stop-commands::z"; echo "::error::no"',
    },
    { name: 'leaves a huge file in the outbox', run: outbox('head -c 50000000 /dev/zero > big.json') },
    {
      name: 'leaves ten thousand files',
      run: outbox('mkdir messages; (cd messages; seq 10000 | xargs touch)'),
    },
    { name: 'leaves links', run: outbox('ln -s /etc/passwd acks.json; ln -s / tasks; ln -s . loop') },
    { name: 'leaves a pipe', run: outbox('mkfifo acks.json') },
    {
      name: 'leaves a report that is a folder',
      run: outbox('mkdir report.json'),
      verdict: 'agent_failed',
    },
    { name: 'leaves a report that is a pipe', run: outbox('mkfifo report.json'), verdict: 'agent_failed' },
    {
      name: 'leaves a report that is a link',
      run: outbox('ln -s /etc/hostname report.json'),
      verdict: 'agent_failed',
    },
    {
      name: 'leaves a report that is not JSON',
      run: outbox('echo "{" > report.json'),
      verdict: 'agent_failed',
    },
    {
      name: 'leaves a report that is huge',
      run: outbox('head -c 50000000 /dev/zero > report.json'),
      verdict: 'agent_failed',
    },
    {
      name: 'leaves a report that is deep',
      run: outbox('(printf "{\\"outputs\\":"; printf "[%.0s" $(seq 20000)) > report.json'),
      verdict: 'agent_failed',
    },
    { name: 'removes its outbox', run: 'rm -rf $CMS_OUTBOX' },
    { name: 'puts a link in place of its outbox', run: 'rm -rf $CMS_OUTBOX; ln -s / $CMS_OUTBOX' },
  ]

  /** All in one loop, one after another: a task each, one attempt each. */
  const noisy = (async () => {
    const repo = await repository()
    const tasks = NOISE.map(
      ({ run }, index) => `  - { id: n${index}, run: ${JSON.stringify(`${run}\necho x > n${index}.txt`)} }`,
    )
    await repo.loop('agent: command', 'policy: { attempts: 1 }', 'tasks:', ...tasks)
    const ran = await repo.cms(['run', '--json'])
    const log = z
      .array(z.looseObject({ events: z.array(z.looseObject({ type: z.string() })) }))
      .parse(JSON.parse((await repo.cms(['log', '--json'])).out))
    return { ran, events: log.flatMap(({ events }) => events) }
  })()

  test.concurrent.each(NOISE.map((noise, index) => ({ ...noise, task: `n${index}` })))(
    'that $name',
    async ({ task, verdict }) => {
      const { events } = await noisy
      const ended = events.filter((event) => event.type === 'attempt_ended' && event['task'] === task)
      expect(ended).toEqual([expect.objectContaining({ verdict: verdict ?? 'done' })])
    },
  )

  test.concurrent('cannot begin a line, clear a screen or fill a log', async () => {
    const { ran } = await noisy
    expect(ran.code).toBe(3)
    expect(shown(ran).status).toBe('needs_human')
    expect(ran.err).toContain('a line of output')
    expect(ran.err).not.toMatch(/^::/m)
    // biome-ignore lint: escape sequences are control characters
    expect(ran.err).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/)
    expect(ran.err.length).toBeLessThan(3_000_000)
  })

  test('that prints 100 MB is never held in memory', async () => {
    const repo = await repository(
      '{ id: a, run: "head -c 100000000 /dev/zero | tr \\"\\\\0\\" x; echo a > a.txt" }',
    )
    const ran = await repo.sh(
      `"$NODE" "$CMS" run & pid=$!; peak=0
       while now=$(ps -o rss= -p $pid); do
         [ "$now" -le "$peak" ] || peak=$((now)); sleep 0.05
       done; wait $pid; echo "peak $peak"`,
    )
    expect(ran.code).toBe(0)
    const [, peak = '0'] = /peak (\d+)/.exec(ran.out) ?? []
    expect(Number(peak)).toBeGreaterThan(10_000)
    // 260 MB: what Node takes for itself, and no more than a few MB of output.
    expect(Number(peak)).toBeLessThan(260_000)
  })
})

describe('exit codes', () => {
  const CODES: readonly {
    readonly name: string
    readonly lines: readonly string[]
    readonly args?: readonly string[]
    readonly interruptAt?: string
    readonly code: number
    readonly status: string
  }[] = [
    { name: 'done', lines: loopOf(), code: 0, status: 'done' },
    {
      name: 'iterations',
      lines: loopOf(...TWO),
      args: ['--max-iterations', '1'],
      code: 0,
      status: 'running',
    },
    { name: 'parked', lines: loopOf('{ id: a, run: exit 1 }'), code: 3, status: 'needs_human' },
    {
      name: 'blocked',
      lines: loopOf(`{ id: a, run: 'echo "{\\"status\\":\\"blocked\\"}" > $CMS_OUTBOX/report.json' }`),
      args: ['--max-iterations', '1'],
      code: 3,
      status: 'needs_human',
    },
    {
      name: 'budget',
      lines: ['budget: { iterations: 1 }', ...loopOf(...TWO)],
      code: 4,
      status: 'budget_exhausted',
    },
    { name: 'limit', lines: loopOf('{ id: a, run: exit 75 }'), code: 5, status: 'waiting' },
    {
      name: 'interrupted',
      lines: loopOf('{ id: a, run: "echo ready-to-stop; sleep 60" }'),
      interruptAt: 'ready-to-stop',
      code: 130,
      status: 'running',
    },
  ]

  test.concurrent.each(CODES)('$name: $code', async ({ lines, args = [], interruptAt, code, status }) => {
    const repo = await repository()
    await repo.loop(...lines)
    const ran = await repo.cms(['run', '--json', ...args], interruptAt === undefined ? {} : { interruptAt })
    expect({ code: ran.code, err: ran.err }).toMatchObject({ code })
    expect(shown(ran).status).toBe(status)
  })
})

describe('--json', () => {
  const DOCUMENTS: readonly (readonly [args: readonly string[], shape: z.ZodType])[] = [
    [['status'], Shown],
    [['stop'], Shown.extend({ what: z.string() })],
    [['resume'], Shown.extend({ what: z.string() })],
    [['tick'], Shown.extend({ asked: z.array(z.strictObject({ lane: z.string(), nonce: z.string() })) })],
    [
      ['log'],
      z
        .array(
          z.strictObject({
            commit: z.string(),
            at: z.string(),
            subject: z.string(),
            events: z.array(z.looseObject({ type: z.string() })),
          }),
        )
        .min(3),
    ],
    [['log', '--task', 'a'], z.array(z.looseObject({ subject: z.string() })).min(2)],
    [
      ['validate'],
      z.strictObject({
        valid: z.literal(true),
        file: z.string(),
        mistakes: z.array(z.never()),
        warnings: z.array(z.string()),
        tasks: z.literal(2),
      }),
    ],
    [['plan'], z.looseObject({ estimate: z.looseObject({ usd: z.number() }) })],
    [
      ['iterate', '--lane', '1', '--nonce', 'nobody-asked'],
      z.strictObject({ superseded: z.literal(true), because: z.string() }),
    ],
    [['run'], Shown.extend({ ended: z.enum(['end']), iterations_run: z.literal(1) })],
  ]

  test('is one document on standard output, whatever is said for people', async () => {
    const repo = await copyOf(halfway)
    for (const [args, shape] of DOCUMENTS) {
      const ran = await repo.cms([...args, '--json'])
      expect({ args, code: ran.code, err: ran.err }).toMatchObject({ code: 0 })
      const parsed = shape.safeParse(JSON.parse(ran.out))
      expect({ args, error: parsed.error?.message }).toEqual({ args, error: undefined })
    }
    const [run, status] = [await repo.cms(['run', '--json']), await repo.cms(['status', '--json'])]
    expect(shown(run)).toMatchObject(shown(status))
  })

  test('validate names every mistake with its place', async () => {
    const repo = await repository()
    await repo.loop('agent: command', 'tasks: [{ id: a, rum: x }, { id: a, run: y }]')
    const ran = await repo.cms(['validate', '--json'])
    expect(ran.code).toBe(2)
    const Mistake = z.looseObject({ line: z.literal(2), column: z.number(), message: z.string() })
    const { mistakes } = z
      .looseObject({ valid: z.literal(false), mistakes: z.array(Mistake) })
      .parse(JSON.parse(ran.out))
    expect(mistakes.length).toBeGreaterThanOrEqual(2)
  })

  test('a tick in one process is answered by iterate in another', async () => {
    const repo = await copyOf(halfway)
    const ticked = await repo.cms(['tick', '--json'])
    const { asked } = z
      .looseObject({ asked: z.array(z.strictObject({ lane: z.string(), nonce: z.string() })) })
      .parse(JSON.parse(ticked.out))
    const [request] = asked
    const ran = await repo.cms([
      'iterate',
      '--lane',
      request?.lane ?? '',
      '--nonce',
      request?.nonce ?? '',
      '--json',
    ])
    expect(ran.code).toBe(0)
    expect(JSON.parse(ran.out)).toMatchObject({ verdict: 'done', status: 'done', asked: [] })
  })
})

describe('a full disk', () => {
  /** A file system of 6 MB, where this machine lets us have one: as root, or in a namespace of our own. */
  const inSmallDisk = (script: string) => `
    small() { mkdir -p ../disk; mount -t tmpfs -o size=6m none ../disk; cp -r . ../disk/repo; cd ../disk/repo; ${script}
    }
    export -f small
    for by in 'unshare -m' 'unshare -rm' 'sudo -n --preserve-env unshare -m'; do
      if $by true 2> /dev/null; then exec $by bash -euc small; fi
    done
    echo no-mount`

  test('is an error that says so; what was saved before is intact, and the loop goes on', async () => {
    const repo = await repository('{ id: a, run: echo a > a.txt }', '{ id: b, run: echo b > b.txt }')
    const ran = await repo.sh(
      inSmallDisk(`
        "$NODE" "$CMS" run --max-iterations 1 > /dev/null
        git config cms.test full
        if cat /dev/zero > ../ballast 2> /dev/null; then echo 'the disk is not full'; exit 1; fi
        "$NODE" "$CMS" run > ../../full.out 2>&1 && code=0 || code=$?
        echo "full $code"; cat ../../full.out
        rm ../ballast
        "$NODE" "$CMS" run > /dev/null; echo "after $?"
        git log --format=%s cms/main/work
      `),
    )
    if (ran.out.includes('no-mount')) {
      // Runners of CI can, on Linux; where a person cannot, there is nothing to see.
      expect(process.platform === 'linux' ? process.env['CI'] : undefined).toBeUndefined()
      process.stderr.write('a full disk was not tried: this machine lets nobody mount a file system\n')
      return
    }
    expect(ran).toMatchObject({ err: '', out: expect.stringMatching(/^full 2$/m) })
    expect(ran.out).toContain('[disk-full]')
    expect(ran.out).toMatch(/^after 0$/m)
    expect(ran.out).toMatch(/^b: b\na: a\nsecond$/m)
  })
})
