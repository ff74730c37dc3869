/** Workflows that call workflows, and actions: what they are given, and what they may do. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { ArtifactServer } from '../../support/artifact-server.ts'
import { manual, shown, workflows } from '../../support/workflow/world.ts'

/** A repository of somebody else's, in a folder. */
async function elsewhere(
  files: Readonly<Record<string, string>>,
): Promise<AsyncDisposable & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'cms-elsewhere-'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

const CALLED = `
on:
  workflow_call:
    inputs:
      file: { type: string, default: .cms/loop.yml }
      minutes: { type: number, default: 120 }
      stop: { type: boolean, default: false }
    secrets:
      key: { required: false }
      github-token: { required: false }
    outputs:
      said: { value: '\${{ jobs.begin.outputs.said }}' }
permissions: {}
jobs:
  begin:
    runs-on: x
    permissions: { contents: write, actions: write }
    outputs: { said: '\${{ steps.a.outputs.said }}' }
    steps:
      - id: a
        uses: $/actions/say
        with: { words: '\${{ inputs.file }} \${{ inputs.minutes }} \${{ inputs.stop }}' }
  work:
    needs: begin
    if: needs.begin.outputs.said != ''
    runs-on: x
    permissions: { contents: read }
    env: { KEY: '\${{ secrets.key }}', OTHER: '\${{ secrets.OTHER }}' }
    cache-mode: read
    steps:
      - uses: $/actions/say
      - run: |
          test "$KEY" = the-key && echo has the key
          echo "other: [$OTHER]"
          echo "caller: $GITHUB_WORKFLOW_REF \${{ github.workflow }} \${{ github.event.inputs.loop }}"
          echo "called: \${{ job.workflow_ref }} in \${{ job.workflow_repository }}"
          test '\${{ secrets.github-token == github.token }}' = true && echo its own token
`

const ACTION = `
name: Say
description: Says
inputs:
  words: { description: What, default: nothing }
  token: { description: Token, default: '\${{ github.token }}' }
outputs:
  said: { description: It }
runs: { using: node24, pre: pre.js, main: main.js, post: post.js }
`

const ACTION_FILES = {
  'actions/say/action.yml': ACTION,
  'actions/say/package.json': '{ "type": "module" }',
  'actions/say/pre.js': "console.log('pre says', process.env.INPUT_WORDS)",
  'actions/say/main.js': `
import { appendFileSync } from 'node:fs'
const env = process.env
console.log('main says', env.INPUT_WORDS, env.ACTIONS_CACHE_MODE ?? 'no mode', env.GITHUB_ACTION_REPOSITORY, Boolean(env.ACTIONS_RUNTIME_TOKEN), env.INPUT_TOKEN.length)
appendFileSync(env.GITHUB_OUTPUT, 'said=' + env.INPUT_WORDS + '\\n')
appendFileSync(env.GITHUB_STATE, 'left=behind\\n')
`,
  'actions/say/post.js': "console.log('post says', process.env.STATE_left)",
}

const caller = (more = ''): string => `
name: The caller
on: { workflow_dispatch: { inputs: { loop: { type: string, default: main } } } }
permissions: { contents: write, actions: write }
jobs:
  loop:
    uses: acme/cms-iterate/.github/workflows/loop.yml@v1
    with: { minutes: 7 }
    secrets: { key: '\${{ secrets.KEY }}', github-token: '\${{ secrets.GITHUB_TOKEN }}' }
${more}
  after:
    needs: loop
    runs-on: x
    steps: [{ run: 'echo "it said \${{ needs.loop.outputs.said }}"; echo "runtime [$ACTIONS_RUNTIME_TOKEN]"' }]
`

test('a workflow of another repository, called', async () => {
  await using other = await elsewhere({ '.github/workflows/loop.yml': CALLED, ...ACTION_FILES })
  await using world = await workflows(
    { 'cms.yml': caller() },
    {
      actions: { 'acme/cms-iterate@v1': other.folder },
      secrets: { KEY: 'the-key', OTHER: 'not-passed' },
    },
  )
  const { runner, server } = world
  const run = await world.whole()
  expect(runner.errors).toEqual([])
  expect(shown(run)).toEqual({ 'loop / begin': 'success', 'loop / work': 'success', after: 'success' })
  const [begin, work] = [runner.job(run, 'begin'), runner.job(run, 'loop / work')]
  expect(begin.steps.map(({ phase, log }) => `${phase}: ${log}`)).toEqual([
    'pre: pre says .cms/loop.yml 7 false\n',
    `main: main says .cms/loop.yml 7 false no mode acme/cms-iterate true ${begin.token.length}\n`,
    'post: post says behind\n',
  ])
  expect(work.log).toContain('main says nothing read acme')
  expect(work.log).toContain('has the key\nother: []\n')
  expect(work.log).toContain(
    `caller: acme/widgets/.github/workflows/cms.yml@refs/heads/main The caller main\n`,
  )
  expect(work.log).toContain(
    'called: acme/cms-iterate/.github/workflows/loop.yml@v1 in acme/cms-iterate\nits own token\n',
  )
  expect(runner.job(run, 'after').log).toContain('it said .cms/loop.yml 7 false\nruntime []\n')
  expect([begin.rights, work.rights]).toEqual([{ contents: 'write', actions: 'write' }, { contents: 'read' }])
  // No token outlives its job.
  expect([...server.grants.keys()]).toEqual([])
})

test('a called workflow may not ask for more than its caller has', async () => {
  await using other = await elsewhere({ '.github/workflows/loop.yml': CALLED, ...ACTION_FILES })
  const text = caller().replace('actions: write', 'actions: read')
  await using world = await workflows(
    { 'cms.yml': text },
    { actions: { 'acme/cms-iterate@v1': other.folder } },
  )
  const run = await world.whole()
  expect([run.conclusion, run.jobs]).toEqual(['startup_failure', []])
  expect(world.runner.errors).toEqual([
    expect.stringContaining(
      "The nested job 'begin' is requesting 'actions: write', but is only allowed 'actions: read'.",
    ),
  ])
})

test.each([
  ['an input that it does not know', '    with: { fil: x }'],
  ['a secret that it does not know', '    secrets: { kee: x }'],
  ['another version than there is', '    uses: acme/cms-iterate/.github/workflows/loop.yml@v2'],
])('a call with %s does not begin', async (_, line) => {
  await using other = await elsewhere({ '.github/workflows/loop.yml': CALLED, ...ACTION_FILES })
  const uses = line.includes('uses') ? '' : '    uses: acme/cms-iterate/.github/workflows/loop.yml@v1\n'
  const text = manual(`  loop:\n${uses}${line}`, 'permissions: { contents: write, actions: write }')
  await using world = await workflows(
    { 'cms.yml': text },
    { actions: { 'acme/cms-iterate@v1': other.folder } },
  )
  expect((await world.whole()).conclusion).toBe('startup_failure')
})

test('files of the same repository, from the commit of the run', async () => {
  const inner = `
on: { workflow_call: }
jobs:
  say:
    runs-on: x
    steps: [{ uses: $/actions/say, with: { words: new } }, { uses: ./actions/say }]
`
  await using world = await workflows({
    'cms.yml': manual('  a: { name: Outer, uses: ./.github/workflows/inner.yml }'),
    'inner.yml': inner,
    ...ACTION_FILES,
  })
  const run = await world.whole()
  const say = world.runner.job(run, 'say')
  expect(say.name).toBe('Outer / say')
  // The workspace is empty: nobody checked anything out.
  expect(say.steps.map(({ step, outcome }) => [step, outcome])).toEqual([
    ['Pre Run $/actions/say', 'success'],
    ['Run $/actions/say', 'success'],
    ['Run /./actions/say', 'failure'],
    ['Post Run $/actions/say', 'success'],
  ])
  expect(say.log).toContain("Can't find 'action.yml'")
})

const push = (rights: string) => `
  push:
    runs-on: x
    permissions: ${rights}
    steps:
      - { uses: actions/checkout@v7 }
      - id: ask
        if: always()
        env: { TOKEN: '\${{ github.token }}' }
        run: |
          ask() { curl -s -o /dev/null -w '%{http_code} ' -H "authorization: bearer $TOKEN" "$@"; }
          api=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY
          echo "rest $(ask $api)$(ask $api/actions/runs/$GITHUB_RUN_ID)$(ask $api/pulls)$(ask -X POST -H 'content-type: application/json' -d '{"ref":"main"}' $api/actions/workflows/other.yml/dispatches)"
      - run: git -c user.name=t -c user.email=t@t commit -q --allow-empty -m more && git push -q origin HEAD:refs/heads/more
`

test.each([
  [
    '{ contents: write, actions: write, pull-requests: read }',
    '200 200 200 204',
    ['success', 'success', 'success'],
  ],
  ['{ contents: read }', '200 403 403 403', ['success', 'success', 'failure']],
  ['{ actions: read }', '200 200 403 403', ['failure', 'success', 'skipped']],
  ['{}', '200 403 403 403', ['failure', 'success', 'skipped']],
])('a token with %s', async (rights, answers, outcomes) => {
  await using world = await workflows({
    'cms.yml': manual(push(rights)),
    'other.yml': manual("  a: { runs-on: x, steps: [{ run: 'true' }] }"),
  })
  const run = await world.whole()
  const job = world.runner.job(run, 'push')
  expect(job.log).toContain(`rest ${answers} \n`)
  expect(job.steps.filter(({ phase }) => phase === 'main').map(({ outcome }) => outcome)).toEqual(
    outcomes.filter((one) => one !== 'skipped'),
  )
  if (job.result === 'failure' && outcomes[0] === 'success')
    expect(job.log).toContain('Permission to acme/widgets.git denied to github-actions[bot].')
  // What it dispatched, ran.
  const others = world.server.world.runs.filter(({ path }) => path.endsWith('other.yml'))
  expect(others.map(({ conclusion }) => conclusion)).toEqual(answers.endsWith('204') ? ['success'] : [])
})

test('artifacts: a job hands a file to the next one', async () => {
  const client = new URL('../../support/artifact-client.ts', import.meta.url).pathname
  await using other = await elsewhere({
    'action.yml': `name: A\ndescription: A\ninputs: { args: { description: A, default: '' } }\nruns: { using: node24, main: main.mjs }`,
    'main.mjs': `process.argv.push(...process.env.INPUT_ARGS.split(' ')); await import(${JSON.stringify(client)})`,
  })
  const text = manual(`
  one:
    runs-on: x
    steps:
      - run: echo bytes > "$RUNNER_TEMP/a.bundle"
      - { uses: acme/artifacts@v1, with: { args: 'upload \${{ runner.temp }}/a.bundle' } }
  two: { needs: one, runs-on: x, steps: [{ uses: acme/artifacts@v1, with: { args: list } }] }
`)
  await using artifacts = await ArtifactServer.start()
  await using world = await workflows(
    { 'cms.yml': text },
    { artifacts, actions: { 'acme/artifacts@v1': other.folder } },
  )
  const run = await world.whole()
  expect(world.runner.job(run, 'two').log).toContain('"name":"a.bundle"')
  expect(artifacts.of(run.id).map(({ bytes }) => String(bytes))).toEqual(['bytes\n'])
})

test('stubs and replaced steps', async () => {
  const text = manual(`
  work:
    runs-on: x
    steps:
      - { uses: actions/checkout@v7 }
      - { id: app, uses: actions/create-github-app-token@v3, with: { client-id: '7' } }
      - { id: agent, uses: acme/cms-iterate@v1, env: { TOKEN: '\${{ steps.app.outputs.token }}' } }
      - { run: 'echo got \${{ steps.agent.outputs.loot }}' }
`)
  await using other = await elsewhere({ 'action.yml': ACTION, 'main.js': '', 'pre.js': '', 'post.js': '' })
  await using world = await workflows(
    { 'cms.yml': text },
    {
      actions: { 'acme/cms-iterate@v1': other.folder },
      stubs: { 'actions/create-github-app-token': (inputs) => ({ token: `for-${inputs['client-id']}` }) },
    },
  )
  world.runner.replace(
    { job: 'work', step: 'cms-iterate' },
    { argv: ['bash', '-c', 'echo "loot=$TOKEN ${ACTIONS_RUNTIME_TOKEN:+too}" >> "$GITHUB_OUTPUT"'] },
  )
  const run = await world.whole()
  const { log, steps } = world.runner.job(run, 'work')
  expect(log).toContain('got for-7 too\n')
  expect(steps.filter(({ phase }) => phase === 'post').map(({ step }) => step)).toEqual([
    'Post Run acme/cms-iterate@v1',
    'Post Run actions/checkout@v7',
  ])
})
