/** Who is found by mark or brand: what a dead owner left behind, and, of one's own, only what is younger. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { branded, brandOf } from '../../../src/adapters/process/brand.ts'
import { MARK, markOf } from '../../../src/adapters/process/sweep.ts'

const PATH = process.env['PATH'] ?? ''
const SWEEP = pathToFileURL(`${import.meta.dirname}/../../../src/adapters/process/sweep.ts`).href

/** How many processes one that starts now ends. */
function sweptByNew(owner: string, ...sought: readonly string[]): number {
  const script = `import { allOf, only, sweepMarked } from '${SWEEP}'
    const owner = '${owner}'
    let swept = 0
    for (const one of [${sought.join()}]) swept += await sweepMarked(one)
    process.stdout.write(String(swept))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { PATH },
  })
  expect(stderr).toBe('')
  return Number(stdout)
}

const SLEEP = { file: 'sleep', args: ['60'], env: { PATH } }
const [MARKED, BARE] = [`test-${process.pid}-marked`, `test-${process.pid}-bare`].map((run) =>
  markOf('sweep', run),
)
const KINDS = [
  { kind: 'marked', owner: MARKED, ...SLEEP, env: { PATH, [MARK]: `${MARKED}|1` } },
  {
    kind: 'branded, its environment cleared',
    owner: BARE,
    ...SLEEP,
    ...branded(SLEEP, brandOf(`${BARE}`, `${BARE}|1`)),
  },
]

// Brands, and the time at which a process has started, are what Linux has.
describe.each(process.platform === 'linux' ? KINDS : KINDS.slice(0, 1))(
  'a process that is $kind',
  ({ owner = '', file, args, env }) => {
    const stray = spawn(file, [...args], { env, stdio: 'ignore' })
    const ended = once(stray, 'exit')
    // A clock tick of the kernel, and the start of prlimit.
    beforeAll(() => sleep(100))
    afterAll(() => void stray.kill('SIGKILL'))

    test('of another owner, or of another mark, is left alone', () => {
      expect(
        sweptByNew(owner, 'allOf(owner.slice(0, -1))', "{ ...only(owner, owner + '|2'), isOfUs: false }"),
      ).toBe(0)
    })

    test('is no child of one that started after it', () => {
      const found = process.platform === 'linux' ? 0 : 1
      expect(sweptByNew(owner, "only(owner, owner + '|1')")).toBe(found)
    })

    test('is ended by whoever comes after its owner', async () => {
      if (process.platform === 'linux') expect(sweptByNew(owner, 'allOf(owner)')).toBe(1)
      expect(await ended).toEqual([null, 'SIGTERM'])
    })
  },
)
