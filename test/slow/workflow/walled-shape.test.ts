/** Four jobs that hand on to each other, each on a runner of its own: who runs when one of them does not end well. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { shown, workflows } from '../../support/workflow/world.ts'

const CALLED = `
on:
  workflow_call:
    inputs: { next: { type: string, default: work } }
permissions: {}
jobs:
  begin:
    runs-on: x
    permissions: { contents: write, actions: write, pull-requests: write }
    outputs: { next-job: '\${{ steps.a.outputs.next }}' }
    steps: [{ id: a, run: 'echo "next=\${{ inputs.next }}" >> "$GITHUB_OUTPUT"' }]
  work:
    needs: begin
    if: needs.begin.outputs.next-job == 'work'
    runs-on: x
    permissions: { contents: read }
    outputs: { ready: '\${{ steps.a.outputs.ready }}' }
    steps: [{ id: a, run: 'echo ready=true >> "$GITHUB_OUTPUT"' }]
  check:
    needs: [begin, work]
    if: \${{ !cancelled() && (needs.begin.outputs.next-job == 'check' || needs.work.outputs.ready == 'true') }}
    runs-on: x
    permissions: { contents: read }
    steps: [{ run: 'true' }]
  settle:
    needs: [begin, work, check]
    if: \${{ !cancelled() && needs.begin.outputs.next-job != '' }}
    runs-on: x
    permissions: { contents: write, actions: write, pull-requests: write }
    steps: [{ env: { NEEDS: '\${{ toJSON(needs) }}' }, run: 'echo "$NEEDS"' }]
`

const CALLER = `
on: { workflow_dispatch: { inputs: { next: { type: string, default: work } } } }
permissions: { contents: write, actions: write, pull-requests: write }
jobs:
  loop: { uses: acme/cms-iterate/loop.yml@v1, with: { next: '\${{ inputs.next }}' } }
`

async function world() {
  const folder = await mkdtemp(join(tmpdir(), 'cms-walled-'))
  await writeFile(join(folder, 'loop.yml'), CALLED)
  const opened = await workflows({ 'cms.yml': CALLER }, { actions: { 'acme/cms-iterate@v1': folder } })
  return {
    ...opened,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const results = (run: Parameters<typeof shown>[0]) =>
  Object.fromEntries(
    Object.entries(shown(run)).map(([name, result]) => [name.replace('loop / ', ''), result]),
  )

test.each([
  { next: 'work', ended: { work: 'success', check: 'success', settle: 'success' } },
  { next: 'check', ended: { work: 'skipped', check: 'success', settle: 'success' } },
  { next: '', ended: { work: 'skipped', check: 'skipped', settle: 'skipped' } },
])('begin says "$next"', async ({ next, ended }) => {
  await using opened = await world()
  const run = await opened.whole({ next })
  expect([results(run), run.conclusion]).toEqual([{ begin: 'success', ...ended }, 'success'])
})

test('the runner of `work` vanishes: `settle` is told', async () => {
  await using opened = await world()
  const { runner } = opened
  runner.replace({ job: 'work' }, { argv: ['sleep', '100'] })
  const works = runner.begins({ job: 'work' })
  const run = await runner.press()
  await works
  ;(await runner.vanish(run, 'work'))()
  await runner.idle()
  expect(results(run)).toEqual({ begin: 'success', work: 'failure', check: 'skipped', settle: 'success' })
  expect(runner.job(run, 'settle').log).toContain(`"work": {\n    "result": "failure",\n    "outputs": {}`)
})

test('a cancel in `work`: nothing comes after it', async () => {
  await using opened = await world()
  const { runner } = opened
  runner.replace({ job: 'work' }, { argv: ['sleep', '100'] })
  const works = runner.begins({ job: 'work' })
  const run = await runner.press()
  await works
  runner.cancel(run)
  await runner.idle()
  expect([results(run), run.conclusion]).toEqual([
    { begin: 'success', work: 'cancelled', check: 'skipped', settle: 'skipped' },
    'cancelled',
  ])
})

test('`check` fails, and what failed is run again', async () => {
  await using opened = await world()
  const { runner } = opened
  runner.replace({ job: 'check' }, { argv: ['bash', '-c', 'test $GITHUB_RUN_ATTEMPT -gt 1'] })
  const run = await opened.whole()
  expect(results(run)).toEqual({ begin: 'success', work: 'success', check: 'failure', settle: 'success' })
  runner.rerun(run, 'failed')
  await runner.idle()
  expect(results(run)).toEqual({ begin: 'success', work: 'success', check: 'success', settle: 'success' })
  // What needs a job that runs again, runs again, too.
  const again = runner.jobs(run).filter(({ attempt }) => attempt === 2)
  expect(again.map(({ name }) => name)).toEqual(['loop / check', 'loop / settle'])
})
