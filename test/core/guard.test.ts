/** What a change may not do, what it may do but must show, and how a failure is known again. */
import { describe, expect, test } from '@jest/globals'
import { fingerprint } from '../../src/core/fingerprint.ts'
import { globMatcher } from '../../src/core/glob.ts'
import { type FileChange, guard, HUGE_BYTES, leavesTree } from '../../src/core/guard.ts'
import { surfaceChanges } from '../../src/core/surface.ts'
import { cpuTime } from '../support/cpu-time.ts'

const change = (path: string, over: Partial<FileChange> = {}): FileChange => ({
  path,
  status: 'modified',
  mode: '100644',
  size: 1,
  ...over,
})

describe('glob', () => {
  // biome-ignore format: one row, one case
  test.each([
    ['*.md',          ['a.md', 'x/y/a.md'],                    ['a.mdx', 'a.md/b']],
    ['CLAUDE.md',     ['CLAUDE.md', 'x/CLAUDE.md'],            ['XCLAUDE.md', 'claude.md', 'CLAUDE.md.bak']],
    ['.github/**',    ['.github/a', '.github/x/y.yml'],        ['x/.github/a', '.githubx/a', 'github/a']],
    ['docs/',         ['docs/a', 'docs/x/y'],                  ['docs', 'x/docs/a']],
    ['/top.txt',      ['top.txt'],                             ['x/top.txt']],
    ['src/*.ts',      ['src/a.ts'],                            ['src/x/a.ts', 'x/src/a.ts']],
    ['src/**/*.ts',   ['src/a.ts', 'src/x/y/a.ts'],            ['src/a.js', 'lib/src/a.ts']],
    ['**/keys/**',    ['keys/a', 'x/keys/y/z'],                ['keysx/a']],
    ['a?c',           ['abc', 'x/abc'],                        ['ac', 'a/c', 'abbc']],
    ['a+(b)[c].$',    ['a+(b)[c].$'],                          ['aab']],
    ['**',            ['a', 'a/b/c'],                          []],
  ])('%s', (pattern, yes, no) => {
    const matches = globMatcher(pattern)
    expect([yes.filter((path) => !matches(path)), no.filter(matches)]).toEqual([[], []])
  })
})

describe('the guard', () => {
  const DEFAULTS = [
    '.github/workflows/ci.yml',
    '.cms/loop.yml',
    '.claude/settings.json',
    '.mcp.json',
    'CLAUDE.md',
    'AGENTS.md',
    'GEMINI.md',
    '.gitattributes',
    '.gitmodules',
  ]

  test.each([...DEFAULTS, 'sub/CLAUDE.md', 'sub/.gitattributes', '.github', '.claude', '.cms'])(
    '%s is protected',
    (path) => {
      for (const status of ['added', 'modified', 'deleted'] as const)
        expect(guard([change(path, { status })], [])).toEqual([`${path} is protected and was ${status}.`])
    },
  )

  test.each(['src/a.ts', '.gitignore', 'github/a', 'docs/.github.md', '.claude-notes', 'sub/.github/x'])(
    '%s is not',
    (path) => {
      expect(guard([change(path)], [])).toEqual([])
    },
  )

  test.each([
    'claude.md',
    '.GitHub/workflows/ci.yml',
    '.MCP.json',
    'sub/.GITATTRIBUTES',
    '.Claude',
    'Docs/a',
  ])('%s is the same where case does not count', (path) => {
    expect(guard([change(path)], ['docs/**'])).toEqual([`${path} is protected and was modified.`])
  })

  // biome-ignore format: one row, one case
  test.each([
    ['its own pattern',                     ['secret/'],                          'secret/a',        true],
    ['its own pattern, the folder itself',  ['secret/'],                          'secret',          true],
    ['taken out',                           ['!CLAUDE.md'],                       'CLAUDE.md',       false],
    ['taken out, others stay',              ['!CLAUDE.md'],                       'AGENTS.md',       true],
    ['a folder taken out',                  ['!.claude/**'],                      '.claude/x',       false],
    ['one file of a folder taken out',      ['!.github/CODEOWNERS'],              '.github/CODEOWNERS', false],
    ['one file of it, the rest stays',      ['!.github/CODEOWNERS'],              '.github/x',       true],
    ['the last word decides',               ['!docs/**', 'docs/**'],              'docs/a',          true],
    ['the last word decides, other way',    ['docs/**', '!docs/**'],              'docs/a',          false],
  ])('%s', (_, protect, path, breach) => {
    expect(guard([change(path)], protect)).toHaveLength(breach ? 1 : 0)
  })

  // biome-ignore format: one row, one case
  test.each([
    ['huge',                    change('a.bin', { size: HUGE_BYTES + 1 }),                       'MB'],
    ['a link out',              change('a', { mode: '120000', link: '../../etc/passwd' }),       'leaves the tree'],
    ['a repository inside',     change('vendor/x', { mode: '160000', status: 'added' }),         'inside the repository'],
    ['a submodule that moved',  change('vendor/x', { mode: '160000', status: 'modified' }),      'moved to another commit'],
  ])('%s', (_, one, says) => {
    expect(guard([one], [])).toEqual([expect.stringContaining(says)])
  })

  test('large is not huge, and a submodule may go', () => {
    const gone = change('vendor/x', { mode: '000000', status: 'deleted', size: 0 })
    expect(guard([change('a.bin', { size: HUGE_BYTES }), gone], [])).toEqual([])
  })

  test('every breach is named', () => {
    expect(
      guard([change('CLAUDE.md', { size: HUGE_BYTES * 2 }), change('ok'), change('.mcp.json')], []),
    ).toHaveLength(3)
  })

  // biome-ignore format: one row, one case
  test.each([
    ['a',       'b',              false],
    ['a',       './b/c',          false],
    ['x/a',     '../b',           false],
    ['x/y/a',   '../../b',        false],
    ['a',       '..',             true],
    ['a',       '../b',           true],
    ['x/a',     '../..',          true],
    ['x/a',     '../../etc',      true],
    ['a',       '/etc/passwd',    true],
    ['a',       './/../b',        true],
    ['x/a',     './../b',         false],
    // Lexically inside; but `link` may lead up, and `..` starts from where it leads.
    ['x/y/a',   'link/../../b',   true],
    ['x/a',     '../link/../b',   true],
    ['a',       '.git/config',    true],
    ['x/a',     '../.GIT',        true],
    ['a',       '.gitignore',     false],
  ])('a link at %s to %s', (path, target, leaves) => {
    expect(leavesTree(path, target)).toBe(leaves)
  })
})

describe('the verify surface', () => {
  const verify = [
    'npm test',
    'bash ./scripts/check.sh --all',
    "node 'tools/lint.mjs' && make -f build/rules.mk",
  ]
  // biome-ignore format: one row, one case
  test.each([
    ['scripts/check.sh',        'modified', true],
    ['tools/lint.mjs',          'modified', true],
    ['build/rules.mk',          'added',    false],
    ['package.json',            'modified', true],
    ['packages/a/package.json', 'modified', true],
    ['jest.config.js',          'added',    true],
    ['conftest.py',             'added',    true],
    ['test/a.js',               'modified', true],
    ['test/a.js',               'deleted',  true],
    ['test/a.js',               'added',    false],
    ['src/a.test.ts',           'modified', true],
    ['src/a.test.ts',           'added',    false],
    ['pkg/a_test.go',           'modified', true],
    ['src/test_a.py',           'deleted',  true],
    ['src/index.ts',            'modified', false],
    ['src/contest.ts',          'modified', false],
    ['README.md',               'deleted',  false],
  ] as const)('%s, %s: %s', (path, status, shown) => {
    expect(surfaceChanges([change(path, { status })], verify)).toEqual(shown ? [path] : [])
  })
})

describe('a fingerprint', () => {
  const print = (output: string, command = 'npm test') => fingerprint(command, output)
  const base = [
    'running 12 tests',
    'ok first',
    'AssertionError: expected true to be false',
    '    at check (/home/ann/app/src/port.js:10:5)',
    'took 120 ms',
  ].join('\n')

  // biome-ignore format: one row, one case
  test.each([
    ['line numbers',      (text: string) => text.replace(':10:5', ':99:1')],
    ['paths',             (text: string) => text.replace('/home/ann/app', '/tmp/w/2')],
    ['durations',         (text: string) => text.replace('120 ms', '3.5 s')],
    ['colours',           (text: string) => text.replace('AssertionError', '\u001b[31mAssertionError\u001b[0m')],
    ['counts',            (text: string) => text.replace('12 tests', '13 tests')],
    ['tests that passed', (text: string) => text.replace('ok first', 'ok second')],
    ['ends of lines',     (text: string) => text.replaceAll('\n', '\r\n')],
    ['indents',           (text: string) => text.replaceAll('\n', '\n  ')],
  ])('is the same whatever its %s', (_, vary) => {
    expect(vary(base)).not.toBe(base)
    expect(print(vary(base))).toBe(print(base))
  })

  test.each([
    ['times', 'error at 2026-11-23T12:00:00Z', 'error at 2027-01-02 03:04:05.678+02:00'],
    ['addresses', 'panic: nil at 0xc000123abc', 'panic: nil at 0xdeadbeef01'],
    ['commits', 'error: commit 1234567890abcdef', 'error: commit abcdef1234567'],
    ['numbers', 'Error: 3 of 40 tests failed', 'Error: 4 of 41 tests failed'],
    ['ports', 'Error: connect refused 127.0.0.1:8080', 'Error: connect refused 127.0.0.1:9'],
  ])('is the same whatever its %s', (_, one, other) => {
    expect(print(one)).toBe(print(other))
  })

  test.each(['a', '1', '-', 'a/', '1 ', '0x', ' '])(
    'of a megabyte of %j takes no time that anybody notices',
    (word) => {
      expect(cpuTime(() => void print(word.repeat(1_000_000 / word.length)))).toBeLessThan(1_000)
    },
  )

  test('is another for another command, error or name', () => {
    const failures = [
      print(base),
      print(base, 'npm run lint'),
      print(base.replace('true to be false', 'null to be an object')),
      print('FAIL login rejects strangers'),
      print('FAIL login accepts friends'),
      print(''),
      print('nothing special here'),
    ]
    expect(new Set(failures).size).toBe(failures.length)
  })

  test('a line without end is no trap', () => {
    const line = `error ${'a'.repeat(4_000)} ${'a/'.repeat(2_000)}!`
    expect(cpuTime(() => void print(line))).toBeLessThan(2_000)
  })
})
