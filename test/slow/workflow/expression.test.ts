/** Expressions, conditions, needs and outputs, on tiny workflows: the tables of GitHub's documentation. */
import { describe, expect, test } from '@jest/globals'
import { holds, type Scope } from '../../support/workflow/expression.ts'
import { manual, shown, workflows } from '../../support/workflow/world.ts'

describe('an expression', () => {
  const scope: Scope = {
    contexts: {
      github: { event_name: 'schedule', run_id: '7' },
      inputs: { loop: '', stop: false },
      needs: { begin: { result: 'success', outputs: { 'next-job': 'work' } } },
    },
    status: { success: () => true, failure: () => false, cancelled: () => false, always: () => true },
  }
  test.each([
    ["needs.begin.outputs.next-job == 'work'", true],
    ["needs.begin.outputs.next-job == 'WORK'", true],
    ["needs.begin.outputs['next-job'] != ''", true],
    ["needs.work.outputs.ready == 'true'", false],
    ['!cancelled() && inputs.stop', false],
    ["(inputs.loop || 'main') == 'main'", true],
    ["format('{0}-{1}', github.run_id, inputs.stop) == '7-false'", true],
    ["github.event_name == 'schedule' && 'tick' || github.run_id", true],
    ['contains(toJSON(needs), \'"next-job": "work"\')', true],
    ['fromJSON(\'{"a":[1,2]}\').a[1] == 2', true],
    ['github.event.inputs.lane == null', true],
    ["'' == 0", true],
    ["format('''{0}''', 'a') != format('''{0}', 'a')", true],
    ['null == false', true],
    ["startsWith(github.event_name, 'sched')", true],
  ])('%s is %s', (expression, value) => {
    expect(holds(expression, scope)).toBe(value)
  })
})

const needsTable = manual(`
  ok: { runs-on: x, steps: [{ run: 'true' }] }
  bad: { runs-on: x, steps: [{ run: 'false' }] }
  not: { runs-on: x, if: false, steps: [{ run: 'true' }] }
  after-ok: { runs-on: x, needs: ok, steps: [{ run: 'true' }] }
  after-bad: { runs-on: x, needs: bad, steps: [{ run: 'true' }] }
  after-not: { runs-on: x, needs: not, steps: [{ run: 'true' }] }
  on-failure: { runs-on: x, needs: [ok, bad], if: failure(), steps: [{ run: 'true' }] }
  not-cancelled: { runs-on: x, needs: [bad, not], if: '\${{ !cancelled() }}', steps: [{ run: 'true' }] }
  by-result: { runs-on: x, needs: bad, if: always() && needs.bad.result == 'failure', steps: [{ run: 'true' }] }
  far-from-skipped: { runs-on: x, needs: not-cancelled, steps: [{ run: 'true' }] }
  far-but-asks: { runs-on: x, needs: not-cancelled, if: "!failure() || true", steps: [{ run: 'true' }] }
  plain-condition: { runs-on: x, needs: bad, if: needs.bad.result == 'failure', steps: [{ run: 'true' }] }
`)

test('what a job needs, and whether it runs', async () => {
  await using world = await workflows({ 'cms.yml': needsTable })
  const run = await world.whole()
  expect(world.runner.errors).toEqual([])
  expect(shown(run)).toEqual({
    ok: 'success',
    bad: 'failure',
    not: 'skipped',
    'after-ok': 'success',
    'after-bad': 'skipped',
    'after-not': 'skipped',
    'on-failure': 'success',
    'not-cancelled': 'success',
    'by-result': 'success',
    // `success()` asks all jobs before, not only the next.
    'far-from-skipped': 'skipped',
    'far-but-asks': 'success',
    // It has a `success() &&` in front that nobody wrote.
    'plain-condition': 'skipped',
  })
  expect([run.status, run.conclusion]).toEqual(['completed', 'failure'])
})

const stepsTable = manual(
  `
  steps:
    runs-on: x
    env: { B: job, C: job }
    outputs: { said: '\${{ steps.says.outputs.word }}', lines: '\${{ steps.says.outputs.lines }}' }
    steps:
      - id: says
        run: |
          echo "word=hello" >> "$GITHUB_OUTPUT"
          printf 'lines<<EOF\\na\\nb\\nEOF\\n' >> "$GITHUB_OUTPUT"
          echo "D=added" >> "$GITHUB_ENV"
          mkdir bin; echo 'echo from the path' > bin/greet; chmod +x bin/greet
          echo "$PWD/bin" >> "$GITHUB_PATH"
          echo "# Said" >> "$GITHUB_STEP_SUMMARY"
      - { env: { C: step }, run: 'echo "env $A $B $C $D"; greet' }
      - { id: may, continue-on-error: true, run: exit 3 }
      - { run: 'echo "\${{ steps.may.outcome }} \${{ steps.may.conclusion }} \${{ job.status }}"' }
      - { run: exit 4 }
      - { run: echo never }
      - { if: failure(), run: 'echo "sad \${{ job.status }}"' }
      - { if: always() && steps.says.outputs.word == 'hello', run: echo always }
      - { name: 'Named \${{ inputs.who }}', if: cancelled(), run: echo never }
`,
  'env: { A: file, B: file }',
)

test('steps: conditions, environment, outputs, summaries', async () => {
  await using world = await workflows({ 'cms.yml': stepsTable })
  const job = world.runner.job(await world.whole(), 'steps')
  expect(job.log).toContain('env file job step added\nfrom the path\n')
  expect(job.log).toContain('failure success success\n')
  expect(job.log).toContain('sad failure\n')
  expect(job.log).not.toContain('never\n')
  expect(job).toMatchObject({
    result: 'failure',
    outputs: { said: 'hello', lines: 'a\nb' },
    summary: '# Said\n',
  })
  expect(world.server.world.runs[0]?.jobs[0]?.steps.map(({ conclusion }) => conclusion)).toEqual([
    'success',
    'success',
    'success',
    'success',
    'success',
    'failure',
    'skipped',
    'success',
    'success',
    'skipped',
    'success',
  ])
})

test('inputs of a dispatch have their types; a schedule has none', async () => {
  const text = `
run-name: cms \${{ inputs.loop || 'main' }} \${{ inputs.lane && format('lane {0}', inputs.lane) || 'tick' }}
on:
  workflow_dispatch:
    inputs:
      loop: { type: string, default: main }
      lane: { type: string, default: '' }
      stop: { type: boolean, default: false }
  schedule: [{ cron: '23 */3 * * *' }]
jobs:
  one:
    runs-on: x
    steps:
      - run: echo 'says \${{ toJSON(inputs.stop) }} \${{ github.event.inputs.stop || github.event.schedule }}'
      - { if: inputs.stop, run: echo stopping }
`
  await using world = await workflows({ 'cms.yml': text })
  const { runner } = world
  const pressed = await world.whole({ lane: '2', stop: 'true' })
  const ticked = runner.tick()
  await runner.idle()
  expect([pressed.display_title, ticked.display_title]).toEqual(['cms main lane 2', 'cms main tick'])
  expect(runner.job(pressed, 'one').log).toContain('says true true\n')
  expect(runner.job(pressed, 'one').log).toContain('stopping\n')
  expect(runner.job(ticked, 'one').log).toContain('says null 23 */3 * * *\n')
  expect(runner.job(ticked, 'one').log).not.toContain('stopping\n')
})

test('secrets are masked, and an output with one in it is dropped', async () => {
  const text = manual(`
  one:
    runs-on: x
    outputs: { open: '\${{ steps.a.outputs.open }}', hidden: '\${{ steps.a.outputs.hidden }}', later: '\${{ steps.a.outputs.later }}' }
    steps:
      - id: a
        env: { KEY: '\${{ secrets.KEY }}', TOKEN: '\${{ github.token }}' }
        run: |
          echo "the key is $KEY, the token $TOKEN"
          echo "::add-mask::made-up-value"
          echo "open=1" >> "$GITHUB_OUTPUT"
          echo "hidden=x$KEY" >> "$GITHUB_OUTPUT"
          echo "later=made-up-value" >> "$GITHUB_OUTPUT"
          echo "::stop-commands::enough"
          echo "::add-mask::not-a-secret"
          echo "::enough::"
          echo "::warning::about not-a-secret"
  two:
    needs: one
    runs-on: x
    steps: [{ run: 'echo "[\${{ needs.one.outputs.hidden }}] \${{ needs.one.outputs.open }}"' }]
`)
  await using world = await workflows({ 'cms.yml': text }, { secrets: { KEY: 'k-e-y-9' } })
  const run = await world.whole()
  const one = world.runner.job(run, 'one')
  expect(one.log).toContain('the key is ***, the token ***\n')
  expect(one.log).toContain("Skip output 'hidden' since it may contain secret.")
  expect(one.outputs).toEqual({ open: '1' })
  expect(one.annotations).toEqual([{ level: 'warning', message: 'about not-a-secret' }])
  expect(world.runner.job(run, 'two').log).toContain('[] 1\n')
})

test.each([
  ['an unknown key', manual('  a: { runs-on: x, stepps: [] }')],
  ['a need that is not there', manual('  a: { runs-on: x, needs: b, steps: [{ run: x }] }')],
  [
    'a context that is not allowed',
    manual("  a: { runs-on: x, if: secrets.KEY != '', steps: [{ run: x }] }"),
  ],
  ['an expression that is broken', manual("  a: { runs-on: x, steps: [{ run: 'echo ${{ inputs. }}' }] }")],
  ['what this runner has not', manual('  a: { runs-on: x, container: y, steps: [{ run: x }] }')],
  ['a workflow that is not there', manual('  a: { uses: ./.github/workflows/none.yml }')],
])('GitHub does not begin a run with %s', async (_, text) => {
  await using world = await workflows({ 'cms.yml': text })
  const { runner, server } = world
  const asked = runner.press()
  // A file that cannot be read has no trigger, either.
  await asked.catch(() => {})
  await runner.idle()
  const { runs } = server.world
  expect(runs.every(({ conclusion, jobs }) => conclusion === 'startup_failure' && jobs.length === 0)).toBe(
    true,
  )
  if (runs.length === 0) await expect(asked).rejects.toThrow(/does not have 'workflow_dispatch' trigger/)
  else expect(runner.errors).toHaveLength(1)
})
