/** `cms demo --learn`: what it promises to show is there to be seen, in time. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { CLI } from '../support/cli.ts'

const temporary = mkdtempSync(join(tmpdir(), 'cms-learn-'))
afterAll(() => rmSync(temporary, { recursive: true, force: true }))

describe('the demo of learning', () => {
  const began = performance.now()
  const ran = spawnSync(process.execPath, [CLI, 'demo', '--learn'], {
    env: { PATH: process.env['PATH'] ?? '', HOME: temporary, TMPDIR: temporary },
    encoding: 'utf8',
  })
  const seconds = (performance.now() - began) / 1_000
  const git = (...args: readonly string[]) =>
    spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8' }).stdout
  const folder = /a rule that only the check knows: (\S+)/.exec(ran.stdout)?.[1] ?? ''

  test('ends well, in less than half a minute', () => {
    expect(ran).toMatchObject({ status: 0, stderr: '' })
    expect(ran.stdout).toContain('12/12 done')
    expect(seconds).toBeLessThan(30)
  })

  test('shows a failure, the lesson, its promotion, and a task that is done at once because of it', () => {
    const story = /How it came to that \(cms log\):\n((?: {2}.*\n)+)/
      .exec(ran.stdout)?.[1]
      ?.trim()
      .split(/\n */)
    expect(story).toEqual([
      expect.stringMatching(/^i1 rent: verify_failed, attempt 1/),
      expect.stringMatching(/^lesson learnt: .*UnitError: an amount says no unit/),
      expect.stringMatching(
        /^lesson promoted: It helps: 8 of 8 attempts were done with it, 0 of \d+ without it\.$/,
      ),
      expect.stringMatching(/^\w+: .*; given l1-2a$/),
      expect.stringMatching(/^i\d+ \w+: done, attempt 1, \$0\.00$/),
    ])
  })

  test('shows two lanes that talk while both work', () => {
    const [, lines = ''] = /Their mail \(cms log --loop talk\):\n((?: {2}.*\n)+)/.exec(ran.stdout) ?? []
    // The thanks may go with what the asker hands in.
    expect(lines.trim().split(/\n */).slice(0, 2)).toEqual([
      'mail: invoice → shop, 1 message',
      'mail: shop → invoice, 1 message',
    ])
    const said = ran.stdout.slice(ran.stdout.indexOf('Now two tasks at once'))
    const at = (text: string) => said.indexOf(text)
    expect(at('from shop: They are in CHF.')).toBeGreaterThan(0)
    expect(at('from shop: They are in CHF.')).toBeLessThan(at('✓ shop: done'))
    expect(at('from shop: They are in CHF.')).toBeLessThan(at('✓ invoice: done'))
    expect(git('show', 'cms/talk/work:src/invoice.js')).toContain("unit: 'CHF'")
  })

  test('the skill is on the state branch, and nowhere in the work', () => {
    const skill = git('ls-tree', '-r', '--name-only', 'cms/prices/state')
      .split('\n')
      .find((path) => /SKILL\.md$/.test(path))
    expect(skill).toMatch(/^skills\/[a-z-]+-l1-2a\/SKILL\.md$/)
    expect(git('show', `cms/prices/state:${skill}`)).toContain(
      'description: "Give every amount its unit: { value, unit }."',
    )
    expect(git('ls-tree', '-r', '--name-only', 'cms/prices/work')).not.toMatch(/skill/i)
  })
})
