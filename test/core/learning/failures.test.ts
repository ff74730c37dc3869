/** Outputs of real tools: what varies from run to run makes no other failure, and what differs is not taken for the same. */
import { describe, expect, test } from '@jest/globals'
import { symptomOf } from '../../../src/core/learning/symptom.ts'
import { cpuTime } from '../../support/cpu-time.ts'

const seen = (tail: string) => symptomOf({ command: 'npm test', tail })

/** A run of cargo: the thread has its number, and the last line is the same for all failures. */
const cargo = (name: string, thread: number, path: string, took: string) =>
  `test tests::${name} ... FAILED\n\nthread 'tests::${name}' (${thread}) panicked at ${path}:${thread}:9:\nassertion \`left == right\` failed\n  left: ${thread}\n\ntest result: FAILED. 0 passed; 1 failed; finished in ${took}\n\nerror: test failed, to rerun pass \`--lib\``
const gradle = (line: number, took: string) =>
  `> Task :test FAILED\n\nOrdersTest > lists() FAILED\n    org.opentest4j.AssertionFailedError: expected: <3> but was: <4>\n        at OrdersTest.java:${line}\n\nBUILD FAILED in ${took}`
const pytest = (bar: string, line: number, took: string) =>
  `tests/test_a.py:${line}: AssertionError\n${bar} short test summary info ${bar}\nFAILED tests/test_a.py::test_x - assert 3 == 4\n${bar} 1 failed in ${took} ${bar}`
const unittest = (name: string, line: number) =>
  `ERROR: ${name} (tests.A.${name})\n----\nTraceback (most recent call last):\n  File "/a/b.py", line ${line}, in ${name}\nValueError: no tenant`
const eslint = (at: string, folder: string) =>
  `${folder}/src/x.ts\n  ${at}  error  'x' is defined but never used  no-unused-vars\n\n✖ 1 problem (1 error, 0 warnings)`
const go = (line: number, took: string) =>
  `--- FAIL: TestAdd (${took})\n    add_test.go:${line}: got ${line}, want 4\nFAIL\nFAIL\texample.com/m\t${took}`

describe('the same failure', () => {
  // biome-ignore format: one row, two runs
  test.each([
    ['cargo test',          cargo('adds', 12, 'src/lib.rs', '0.00s'), cargo('adds', 998, '/tmp/x/src/lib.rs', '1.20s')],
    ['cargo, coloured',     '\u001b[0m\u001b[1m\u001b[38;5;9merror[E0308]\u001b[0m\u001b[0m\u001b[1m: mismatched types\u001b[0m', 'error[E0308]: mismatched types'],
    ['gradle',              gradle(12, '1m 32s'), gradle(440, '2s')],
    ['maven, at night',     '23:59:59.123 [main] ERROR: no tenant', '09:00:00 [main] ERROR: no tenant'],
    ['jest, slow and fast', '  ✕ adds\n    expect(received).toBe(expected)', '  ✕ adds (5 ms)\n    expect(received).toBe(expected)'],
    ['jest, a new token',   '● lists\n  SyntaxError: Unexpected token }', '● adds\n  SyntaxError: Unexpected token }'],
    ['pytest',              pytest('=====', 5, '0.12s'), pytest('====', 99, '62.12s (0:01:02)')],
    ['unittest, elsewhere', unittest('test_lists', 3), unittest('test_adds', 30)],
    ['go test',             go(12, '0.00s'), go(999, '12.04s')],
    ['go, a panic',         'panic: runtime error: index out of range [5] with length 3\n\ngoroutine 7 [running]:', 'panic: runtime error: index out of range [9] with length 4\n\ngoroutine 18 [running]:'],
    ['tsc, pretty',         'src/a.ts(3,5): error TS2345: Argument of type', '\u001b[96msrc/b.ts\u001b[0m:\u001b[93m30\u001b[0m:\u001b[93m1\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS2345: \u001b[0mArgument of type'],
    ['tsc, at the top',     'a.ts(3,5): error TS2345: Argument of type', 'src/api/b.ts(30,15): error TS2345: Argument of type'],
    ['eslint',              eslint('3:10', '/home/a'), eslint('300:1', '/tmp/b')],
    ['git, coloured',       '\u001b[31mfatal\u001b[0m not here', 'fatal not here'],
    ['a uuid',              'Error: no session 550e8400-e29b-41d4-a716-446655440000', 'Error: no session 123e4567-e89b-12d3-a456-426614174abc'],
    ['a hash or a number',  'Error: no object 0f4c9a1e2b', 'Error: no object 12'],
    ['small and large',     'Error: out of memory at 1234567 bytes', 'Error: out of memory at 1,2 bytes'],
    ['a port',              'Error: connect ECONNREFUSED 127.0.0.1:5432', 'Error: connect ECONNREFUSED 127.0.0.1:38123'],
    ['a Windows path',      'Error: cannot open C:\\Users\\me\\src\\a.ts', 'Error: cannot open D:\\work\\b.ts'],
    ['a temporary file',    "Error: ENOENT: open '/tmp/x-8aZk/y.json'", "Error: ENOENT: open '/var/folders/zz/T/x-99/y.json'"],
    ['Java objects',        'IllegalStateException: com.x.Order@1b6d3586 is closed', 'IllegalStateException: com.x.Order@74a14482 is closed'],
    ['a process',           '[4711] Error: no tenant', '[12] Error: no tenant'],
    ['a log of yesterday',  '2026-11-26 10:00:01,123 ERROR: x', '2026-11-27 10:00:01,999 ERROR: x'],
    ['a log of the system', 'Nov 26 10:00:01 Error: x', 'Dec  1 09:59:59 Error: x'],
    ['another while',       'Error: timed out after 1m32s', 'Error: timed out after 12.5µs'],
    ['other sizes',         'Error: heap is 12.5 MB', 'Error: heap is 900 MB'],
    ['a bar of progress',   '10%\r20%\rError: no tenant', 'Error: no tenant'],
    ['ends of lines',       'Error: no tenant\r\nbye\r\n', 'Error: no tenant\nbye\n'],
    ['a link to it',        '\u001b]8;;file:///a/b\u0007Error: no tenant\u001b]8;;\u0007', 'Error: no tenant'],
    ['a bare place',        'orders.ts:12:4: Error: no tenant', 'Error: no tenant'],
  ])('%s', (_, one, other) => {
    expect(seen(one)).toBeDefined()
    expect(seen(one)).toBe(seen(other))
  })
})

/** What two failed assertions have around them, in front of the last word of a runner. */
const after = (runner: string) =>
  ['● adds\n  expect(a).toBe(b)', '● drops\n  expect(a).toEqual(b)'].map((text) => `${text}\n${runner}`)

describe('another failure', () => {
  // biome-ignore format: one row, two failures
  test.each([
    ['cargo test',          [cargo('adds', 1, 'src/lib.rs', '1s'), cargo('drops', 1, 'src/lib.rs', '1s')]],
    ['cargo build',         ['error: could not compile `x` (lib)\nE0425 undefined name', 'error: could not compile `x` (lib)\nE0308 undefined type']],
    ['TAP',                 ['not ok 1 - adds\n  error: |-\n    1 !== 2', 'not ok 1 - drops\n  error: |-\n    1 !== 2']],
    ['maven',               ['[ERROR] Tests run: 1, Failures: 1\n[ERROR] OrdersTest.lists:12 expected:<a>', '[ERROR] Tests run: 1, Failures: 1\n[ERROR] UsersTest.adds:12 expected:<b>']],
    ['dotnet',              ['Failed Adds [1 ms]\nError Message:\n Assert.Equal() Failure', 'Failed Drops [1 ms]\nError Message:\n Assert.True() Failure']],
    ['go test',             ['--- FAIL: TestAdd (0.00s)\n  a_test.go:12: got "a", want "b"', '--- FAIL: TestAdd (0.00s)\n  a_test.go:12: got nil, want order']],
    ['a status',            ['Error: Request failed with status code 404', 'Error: Request failed with status code 500']],
    ['yarn',                after('error Command failed with exit code 1.')],
    ['bun',                 after('error: script "test" exited with code 1')],
    ['npm 8',               after('npm ERR! Lifecycle script `test` failed with error:\nnpm ERR! Error: command failed')],
    ['npm 11',              after('npm error Error: command failed')],
    ['just',                after('error: Recipe `test` failed on line 3 with exit code 1')],
    ['deno',                after('error: Test failed')],
    ['turbo',               after(' ERROR  run failed: command  exited (1)')],
    ['GitHub',              after('Error: Process completed with exit code 1.')],
    ['make',                after('make: *** [Makefile:2: test] Error 1')],
    ['words like numbers',  ['Error: no column defaced', 'Error: no column effaced']],
  ])('%s', (_, [one = '', other = '']) => {
    expect(seen(one)).not.toBe(seen(other))
  })
})

test.each(['error: ', 'error1 ', '1m', 'a\\', 'a.b', 'script ', '[ERROR]', '\u001b]'])(
  'a line of nothing but %j is no trap',
  (word) => {
    const tail = `Error: ${word.repeat(4_000 / word.length)}`
    expect(cpuTime(() => void seen(tail))).toBeLessThan(300)
  },
)
