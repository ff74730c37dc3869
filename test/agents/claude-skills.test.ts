/** The real Claude Code with a skill that the loop has learnt: loaded as its own are, and nowhere in the tree. */
import { execFileSync } from 'node:child_process'
import { afterAll, expect, test } from '@jest/globals'
import { skillName } from '../../src/core/learning/skill.ts'
import { lesson } from '../support/build.ts'
import { claudeWorld, GREET } from '../support/claude-world.ts'
import { type Repo, removeHome } from '../support/cli.ts'
import { say, use } from '../support/messages-api.ts'

afterAll(removeHome)

const PROVEN = lesson('l1-1a', {
  ...{ text: 'When you greet, say hello in small letters.', task: 'greet', state: 'skill', pinned: true },
  ...{ given: '11111111', left_out: '00', uses: 8 },
})

/** A person edits the checkpoint by hand. */
function learn({ path }: Repo): void {
  const git = (args: readonly string[], input?: string) =>
    execFileSync('git', ['-C', path, ...args], { input, encoding: 'utf8' }).trim()
  const checkpoint = JSON.parse(git(['show', 'cms/main/state:checkpoint.json']))
  const blob = git(['hash-object', '-w', '--stdin'], JSON.stringify({ ...checkpoint, lessons: [PROVEN] }))
  const tree = git(['mktree'], `100644 blob ${blob}\tcheckpoint.json\n`)
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com']
  const commit = git([...who, 'commit-tree', tree, '-p', 'cms/main/state', '-m', 'By hand'])
  git(['update-ref', 'refs/heads/cms/main/state', commit])
}

test('it is offered by name, read when it is asked for, and the work has no trace of it', async () => {
  const name = `learnt:${skillName(PROVEN)}`
  await using world = await claudeWorld([
    say('I do nothing yet.'),
    use('Skill', { skill: name }),
    GREET,
    say('Greeted.'),
  ])
  await world.run('--max-iterations', '1')
  learn(world.repo)
  expect(await world.run()).toMatchObject({ code: 0 })
  const [, offered, read] = world.api.requests
  expect(offered?.tools).toContain('Skill')
  expect(offered?.messages).toContain(name)
  expect(read?.messages).toMatch(/Learnt at task greet, met in greet/)
  expect(world.repo.show('cms/main/state', `skills/${skillName(PROVEN)}/SKILL.md`)).toContain(
    'say hello in small letters',
  )
  const files = execFileSync(
    'git',
    ['-C', world.repo.path, 'ls-tree', '-r', '--name-only', 'cms/main/work'],
    { encoding: 'utf8' },
  )
  expect(files).not.toMatch(/SKILL|learnt/)
})
