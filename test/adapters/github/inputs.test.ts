import { describe, expect, test } from '@jest/globals'
import { Inputs, parseInputs, withDispatchInputs } from '../../../src/adapters/github/inputs.ts'
import { LoopError } from '../../../src/core/error.ts'

const parse = (given: Record<string, string>) => parseInputs((name) => given[name] ?? '')

function refusal(given: Record<string, string>): LoopError {
  try {
    parse(given)
  } catch (error) {
    if (error instanceof LoopError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

test('all inputs unset are the defaults', () => {
  expect(parse({})).toEqual({
    resume: false,
    stop: false,
    fresh: false,
    file: '.cms/loop.yml',
    'agent-env': [],
    job: 'all',
    'job-minutes': 120,
    cache: true,
    confine: true,
    'working-directory': '.',
  })
})

test.each<[name: string, given: string, value: unknown]>([
  ['loop', ' docs ', 'docs'],
  ['resume', 'true', true],
  ['stop', 'TRUE', true],
  ['fresh', 'False', false],
  ['file', 'loops/a.yml', 'loops/a.yml'],
  ['continue', 'here', 'here'],
  ['github-token', ' ghs_x\n', 'ghs_x'],
  ['agent-env', 'NODE_ENV, CI\n_x', ['NODE_ENV', 'CI', '_x']],
  ['agent-version', '2.1.0-rc.1', '2.1.0-rc.1'],
  ['max-iterations', '7', 7],
  ['budget-usd', '2.50', 2.5],
  ['parallel', '3', 3],
  ['job', 'all', 'all'],
  ['job-minutes', '350', 350],
  ['cache', 'false', false],
  ['working-directory', '/home/runner/work/a', '/home/runner/work/a'],
])('%s: %j is read as %j', (name, given, value) => {
  expect(parse({ [name]: given })).toMatchObject({ [name]: value })
})

test('a lane comes with its nonce', () => {
  expect(parse({ lane: '2', nonce: 'k3j2h1g0f9e8' })).toMatchObject({ lane: '2', nonce: 'k3j2h1g0f9e8' })
})

describe('what is refused', () => {
  test.each<[name: string, given: string]>([
    ['loop', 'Main Loop'],
    ['loop', '../x'],
    ['lane', '0'],
    ['lane', '2'],
    ['nonce', 'k3j2h1g0f9e8'],
    ['nonce', 'a b'],
    ['resume', 'yes'],
    ['file', '../loop.yml'],
    ['file', '/etc/passwd'],
    ['continue', 'there'],
    ['agent-env', 'A=b'],
    ['agent-version', '1.0; rm -rf /'],
    ['agent-version', '-g'],
    ['agent-version', 'latest'],
    ['agent-version', '2.1'],
    ['agent-version', '^2.1.0'],
    ['max-iterations', '0'],
    ['max-iterations', '1.5'],
    ['max-iterations', '1e3'],
    ['budget-usd', '0'],
    ['budget-usd', '$5'],
    ['budget-usd', '-1'],
    ['parallel', '0'],
    ['parallel', '1001'],
    ['job', 'everything'],
    ['needs', 'nonsense'],
    ['needs', '[]'],
    ['needs', 'null'],
    ['job-minutes', '2h'],
    ['working-directory', 'a/../..'],
  ])('%s: %j', (name, given) => {
    const error = refusal({ [name]: given })
    expect(error.code).toBe('bad-input')
    expect(error.message).toMatch(new RegExp(`^ {2}${name}: `, 'm'))
  })

  test.each([
    { name: 'needs', given: { job: 'work' } },
    { name: 'needs', given: { job: 'check' } },
    { name: 'needs', given: { job: 'settle' } },
    { name: 'continue', given: { job: 'begin', continue: 'here' } },
    { name: 'continue', given: { job: 'settle', needs: '{}', continue: 'stop' } },
  ])('$given: $name', ({ name, given }) => {
    const error = refusal(given)
    expect(error.code).toBe('bad-input')
    expect(error.message).toMatch(new RegExp(`^ {2}${name}: `, 'm'))
  })

  test('every mistake is reported at once, in our words', () => {
    const { message } = refusal({
      loop: 'A',
      lane: '1',
      'max-iterations': 'many',
      stop: 'true',
      resume: 'true',
    })
    expect(
      message
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(':')[0]),
    ).toEqual(['loop', 'max-iterations', 'lane', 'stop'])
    expect(message).not.toMatch(/invalid|expected|received|NaN/i)
  })

  test('a key in the wrong input is not shown in full', () => {
    const key = 'sk-ant-api03-0123456789abcdefghijklmnop'
    expect(refusal({ 'budget-usd': key, 'agent-env': `${key}=1` }).message).not.toContain(key.slice(0, 20))
  })
})

describe('inputs of the dispatch', () => {
  const dispatched = {
    loop: 'docs',
    lane: '1',
    nonce: 'n1',
    stop: 'true',
    'github-token': 'stolen',
    file: 'x.yml',
  }
  const read = (given: Record<string, string>) => withDispatchInputs((name) => given[name] ?? '', dispatched)

  test('fill in what the step leaves empty, and only what a dispatch may say', () => {
    const known = Object.keys(Inputs.shape)
    expect(Object.fromEntries(known.map((n) => [n, read({})(n)]).filter(([, v]) => v !== ''))).toEqual({
      loop: 'docs',
      lane: '1',
      nonce: 'n1',
      stop: 'true',
    })
  })

  test('give way to what the step says', () => {
    expect(read({ loop: 'main', stop: 'false' })('loop')).toBe('main')
    expect(read({ loop: 'main', stop: 'false' })('stop')).toBe('false')
  })
})
