/** What the command line teaches, and how it takes a slip. */
import { afterAll, describe, expect, test } from '@jest/globals'
import { LESSONS } from '../../src/entry/help.ts'
import { emptyFolder, removeHome } from '../support/cli.ts'

afterAll(removeHome)

const folder = await emptyFolder()
const cms = (...args: readonly string[]) => folder.cms(args)

describe('help', () => {
  test.concurrent('of a command that nobody named: what there is, and where to begin', async () => {
    const ran = await cms()
    expect(ran).toMatchObject({ code: 0, err: '' })
    for (const name of [...Object.keys(LESSONS), 'Exit codes']) expect(ran.out).toContain(name)
  })

  test.concurrent.each(Object.entries(LESSONS))(
    'of `cms %s`: examples that it takes, and exit codes',
    async (name, { examples }) => {
      const ran = await cms(name, '--help')
      expect(ran).toMatchObject({ code: 0, err: '' })
      expect(ran.out).toMatch(/\nExamples?:\n {2}cms [^]*\n\nExit codes: 0 /)
      for (const [line] of examples) {
        expect(ran.out).toContain(`  ${line}`)
        expect(line).toMatch(new RegExp(`^cms ${name}\\b`))
        for (const [flag] of line.matchAll(/--[a-z-]+/g))
          expect(ran.out).toMatch(new RegExp(`^ +${flag}\\b`, 'm'))
      }
    },
  )

  test.concurrent('of a command that is not there', async () => {
    expect(await cms('help', 'rum')).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(/^Usage: cms [^]*docs\/errors\.md[^\n]*\n$/),
    })
  })

  test.concurrent('its version', async () => {
    expect(await cms('--version')).toEqual({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      err: '',
    })
  })
})

test.concurrent.each([
  { args: ['rum'], says: /'rum'\n {2}fix: Did you mean run\?/ },
  { args: ['run', '--paralel', '2'], says: /'--paralel'\n {2}fix: Did you mean --parallel\?/ },
  { args: ['run', '--zzz'], says: /'--zzz'\n {2}fix: .*--help/ },
  { args: ['retry'], says: /'task'/ },
  { args: ['log', '--limit', '0'], says: /whole number/ },
])('a slip is told like every error: $args', async ({ args, says }) => {
  const ran = await cms(...args)
  expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringMatching(says) })
  expect(ran.err).toMatch(/^error: .+\n {2}fix: .+ \[bad-input\]\n$/)
})

test.concurrent('what a terminal would obey is not printed back', async () => {
  const { err } = await cms('rum\u001b[2J\u202e')
  expect(err).toMatch(/^error: .*rum/)
  // biome-ignore lint: control characters are exactly what must not get through
  expect(err).not.toMatch(/[\u001b\u202e]/)
})
