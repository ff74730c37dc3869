/** The real Claude Code at work: it really edits, the loop really verifies and commits. */
import { afterAll, describe, expect, test } from '@jest/globals'
import { claude } from '../../src/adapters/agent/claude.ts'
import { wiretap } from '../support/agent-world.ts'
import { assignment, exit } from '../support/assignment.ts'
import { claudeWorld, USD } from '../support/claude-world.ts'
import { removeHome } from '../support/cli.ts'
import { say, USED, use } from '../support/messages-api.ts'

afterAll(removeHome)

const write = (content: string) => use('Write', { file_path: 'greeting.txt', content })
const bash = (command: string) => use('Bash', { command, description: 'Work' })

describe('a task', () => {
  test('is worked on with the tools, verified, and lands as one commit of ours', async () => {
    await using world = await claudeWorld([
      write('hullo\n'),
      use('Edit', { file_path: 'greeting.txt', old_string: 'hullo', new_string: 'hello' }),
      use('Read', { file_path: 'greeting.txt' }),
      bash('echo "built by $CMS_TASK" > built.txt'),
      say('I have written the greeting.'),
    ])
    const { code, out } = await world.run()
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('greet: done') })

    const { repo } = world
    expect(repo.show('cms/main/work', 'greeting.txt')).toBe('hello')
    expect(repo.show('cms/main/work', 'built.txt')).toBe('built by greet')
    expect(repo.git('rev-list', '--count', 'main..cms/main/work')).toBe('1')
    expect(repo.git('log', '-1', '--format=%cn%n%B', 'cms/main/work').split('\n')).toEqual([
      'cms-iterate[bot]',
      'greet: greet',
      '',
      'Cms-Task: greet',
      'Cms-Iteration: 1',
      expect.stringMatching(/^Cms-Seq: \d+$/),
      expect.stringMatching(/^Cms-State: \w{32}$/),
    ])
    expect(world.checkpoint()).toMatchObject({
      status: 'done',
      completed_tasks: [{ id: 'greet', attempts: 1 }],
    })
  })

  test('is what it is asked for, with the command that will verify it', async () => {
    await using world = await claudeWorld([write('hello\n'), say('Greeted.')])
    await world.run()
    const [first] = world.api.requests
    expect(first?.messages).toContain('Write a greeting into greeting.txt.')
    expect(first?.messages).toContain('grep -qx hello greeting.txt')
    expect(first?.headers['x-api-key']).toBe('sk-ant-api03-only-for-loopback')
    // By default, it tells the model to sign commits.
    expect(first?.messages).not.toContain('Co-Authored-By')
  })

  test('may be committed by the agent: its commits are folded into ours, their subjects kept', async () => {
    await using world = await claudeWorld([
      write('hello\n'),
      bash('git add -A && git commit --quiet -m "Greet the world"'),
      bash('echo more > more.txt && git add -A && git commit --quiet -m "Say more"'),
      say('Committed.'),
    ])
    expect(await world.run()).toMatchObject({ code: 0 })
    const { repo } = world
    expect(repo.git('rev-list', '--count', 'main..cms/main/work')).toBe('1')
    expect(repo.git('log', '-1', '--format=%B', 'cms/main/work')).toContain('- Greet the world\n- Say more\n')
    expect(repo.show('cms/main/work', 'more.txt')).toBe('more')
  })

  test('reports through the outbox', async () => {
    const report = JSON.stringify({ status: 'ready', summary: 'It greets.', outputs: { words: 1 } })
    await using world = await claudeWorld([
      write('hello\n'),
      bash(`echo '${report}' > "$CMS_OUTBOX/report.json"`),
      say('Reported.'),
    ])
    await world.run()
    expect(world.checkpoint().completed_tasks).toMatchObject([
      { summary: 'It greets.', outputs: { words: 1 } },
    ])
  })
})

test('what fails verification is told to the next attempt, which goes on from it', async () => {
  const verify =
    'grep -qx hello greeting.txt || { echo "Error: it greets with $(cat greeting.txt)"; exit 1; }'
  await using world = await claudeWorld(
    [
      write('goodbye\n'),
      say('Written.'),
      use('Read', { file_path: 'greeting.txt' }),
      use('Edit', { file_path: 'greeting.txt', old_string: 'goodbye', new_string: 'hello' }),
      say('Mended.'),
    ],
    { verify },
  )
  expect(await world.run()).toMatchObject({ code: 0 })

  const [first, , third] = world.api.requests
  expect(first?.messages).not.toContain('Error: it greets with goodbye')
  expect(third?.messages).toContain('Error: it greets with goodbye')
  // A fresh process: nothing of the first conversation is in the second.
  expect(third?.messages).not.toContain('tool_use')
  expect(world.checkpoint()).toMatchObject({
    status: 'done',
    completed_tasks: [{ attempts: 2 }],
    ledger: { iterations: 2, attempts: 2 },
  })
  expect(world.repo.show('cms/main/work', 'greeting.txt')).toBe('hello')
})

test('the ledger says what the program reports, and the program talks to nobody but its service', async () => {
  const tap = await wiretap('claude')
  await using world = await claudeWorld([write('hello\n'), say('Greeted.')], { bin: tap.bin })
  expect(await world.run()).toMatchObject({ code: 0 })

  expect(new Set(tap.addresses())).toEqual(new Set([world.api.url.replace('http://', '')]))
  expect(world.api.requests.map(({ path }) => path)).toEqual(['/v1/messages', '/v1/messages'])

  const reader = claude.reader(assignment())
  for (const line of tap.report()) reader.line(line)
  const { usage } = reader.end(exit())
  const times = (tokens: number) => world.api.requests.length * tokens
  const { ledger } = world.checkpoint()
  expect(usage).toMatchObject({ basis: 'reported', usd: expect.closeTo(2 * USD, 9) })
  expect(ledger).toMatchObject({
    usd: expect.closeTo(usage.usd ?? 0, 4),
    usd_estimated: 0,
    tokens: {
      input: times(USED.input_tokens),
      cache_read: times(USED.cache_read_input_tokens),
      cache_write: times(USED.cache_creation_input_tokens),
      output: times(USED.output_tokens),
    },
    by_model: { 'claude-sonnet-5-5': expect.objectContaining({ usd: ledger.usd }) },
  })
})
