/** A loop that is under way, as Agent Teams see it. */
import { describe, expect, test } from '@jest/globals'
import type { Checkpoint } from '../../../src/core/checkpoint.ts'
import { readAgentTeams } from '../../../src/core/exchange/agent-teams.ts'
import { fit } from '../../../src/core/exchange/fit.ts'
import { outgoingOf } from '../../../src/core/exchange/outgoing.ts'
import { teamFiles, teamNameOf } from '../../../src/core/exchange/to-agent-teams.ts'
import { specDigest } from '../../../src/core/tasks.ts'
import { AT, checkpoint, codeOf, completed, leased, NOW, parked, spec, task } from '../../support/build.ts'

const message = (from: string, to: string, over: object = {}) => ({
  ...{
    id: `m${from}${to}`,
    seq: 1,
    from,
    to,
    body: `From ${from}.`,
    at: AT,
    deliveries: {},
    acknowledged: [],
  },
  ...over,
})

const UNDER_WAY: Checkpoint = {
  ...checkpoint({
    tasks: [
      leased('api', { lane: '2' }, { needs: ['schema'] }),
      task('web', { needs: ['api', 'schema'], priority: 3 }),
      parked('docs'),
    ],
    messages: [
      message('schema', 'api'),
      message('api', 'web'),
      message('web', '*', { body: 'x'.repeat(200) }),
      message('api', 'human'),
      message('web', 'api', { body: 'Read already.', acknowledged: ['api'] }),
      message('api', 'schema', { body: 'Too late.' }),
    ],
  }),
  completed_tasks: [
    completed('schema', { order: -0, summary: 'It is described.', spec_digest: specDigest(spec('schema')) }),
    completed('old', { summary: 'Long ago.' }),
  ],
}

const written = (specs = [spec('schema')]) => {
  const files = teamFiles(outgoingOf(UNDER_WAY, specs), { team: 'team', now: NOW, cwd: '/work' })
  return new Map(files.map(({ path, text }) => [path, JSON.parse(text)]))
}
const tasksIn = (files: ReadonlyMap<string, ReturnType<typeof JSON.parse>>) =>
  [...files].flatMap(([path, value]) => (path.startsWith('tasks/') ? [value] : []))

describe('a loop under way', () => {
  test('states, owners, and who waits for whom', () => {
    const rows = tasksIn(written()).map(({ id, metadata, status, owner, blocks, blockedBy }) => [
      ...[id, metadata.cms.id, status, owner, blocks, blockedBy],
    ])
    expect(rows).toEqual([
      ['1', 'schema', 'completed', undefined, ['3', '4'], []],
      ['2', 'old', 'completed', undefined, [], []],
      ['3', 'api', 'in_progress', 'lane-2', ['4'], ['1']],
      ['4', 'web', 'pending', undefined, [], ['3', '1']],
      ['5', 'docs', 'pending', undefined, [], []],
    ])
  })

  test('of what is done: what was asked for where the loop file still says it, else what came of it', () => {
    expect(
      tasksIn(written())
        .slice(0, 2)
        .map(({ description }) => description),
    ).toEqual(['do schema', 'Long ago.'])
    expect(tasksIn(written([spec('schema', { spec: 'something else' })]))[0].description).toBe(
      'It is described.',
    )
  })

  test('each message to whom it is for, and none that is read', () => {
    const files = written()
    const inbox = (who: string) =>
      files
        .get(`teams/team/inboxes/${who}.json`)
        ?.map(({ from, read }: { from: string; read: boolean }) => [from, read])
    expect(inbox('lane-2')).toEqual([
      ['schema', false],
      ['web', false],
    ])
    expect(inbox('task-web')).toEqual([['api', false]])
    expect(inbox('team-lead')).toEqual([
      ['web', false],
      ['api', false],
    ])
    expect(inbox('task-schema')).toEqual([['api', false]])
    const [, broadcast] = files.get('teams/team/inboxes/lane-2.json')
    expect(broadcast).toMatchObject({
      text: 'x'.repeat(200),
      summary: expect.stringMatching(/^x{79}…$/),
      timestamp: AT,
    })
  })

  test('the team: its lead, and a member for each lane at work', () => {
    expect(written().get('teams/team/config.json')).toMatchObject({
      name: 'team',
      description: 'Make it good',
      createdAt: NOW,
      leadAgentId: 'team-lead@team',
      members: [
        { agentId: 'team-lead@team', agentType: 'team-lead' },
        { agentId: 'lane-2@team', cwd: '/work' },
      ],
      cms: { loop: 'main', agent: 'claude' },
    })
  })

  test('back again: what is open, with its mail', () => {
    const files = [...written()].map(([path, value]) => ({ path, text: JSON.stringify(value) }))
    const inboxes = files.flatMap((file) => {
      const [, name] = /inboxes\/(.+)\.json$/.exec(file.path) ?? []
      return name === undefined ? [] : [[name, file]]
    })
    const { tasks, remarks } = fit(
      readAgentTeams({
        tasks: files.filter(({ path }) => path.startsWith('tasks/')),
        inboxes: Object.fromEntries(inboxes),
      }),
    )
    expect(tasks.map(({ id, needs, priority }) => [id, needs, priority])).toEqual([
      ['api', [], 0],
      ['web', ['api'], 3],
      ['docs', [], 0],
    ])
    expect(tasks[0]?.spec).toMatch(
      /^do api\n\nMessage from schema, 2026[^]*```text\nFrom schema\.\n```\n\nMessage from web/,
    )
    expect(tasks[1]?.spec).toMatch(/From api\./)
    expect(remarks.map(({ at }) => at)).toEqual(
      expect.arrayContaining(['teams/team/inboxes/team-lead.json', 'metadata']),
    )
  })
})

// biome-ignore format: one row, one name
test.each([
  ['team',        undefined],
  ['a.b_c-1',     undefined],
  ['',            'bad-input'],
  ['..',          'bad-input'],
  ['a/b',         'bad-input'],
  ['-x',          'bad-input'],
  ['x'.repeat(65), 'bad-input'],
])('a team called %j', (name, code) => {
  expect(codeOf(() => teamNameOf(name))).toBe(code)
})
