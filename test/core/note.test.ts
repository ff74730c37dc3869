import { expect, test } from '@jest/globals'
import { noteOf } from '../../src/core/note.ts'
import { checkpoint, completed, task } from '../support/build.ts'

const WEB = {
  repository: 'https://github.com/acme/widgets',
  run: 'https://github.com/acme/widgets/actions/runs/7',
}
const stopped = checkpoint({
  tasks: [task('b')],
  completed_tasks: [completed('a')],
  status: 'needs_human',
  reason: 'Task "b" is parked: <!channel> & all',
  next: 'cms retry b',
  pull_request: { wanted: 'draft', number: 12, problem: null },
})

test('a note has names for programs, and a text for people that calls nobody', () => {
  expect(noteOf(stopped, WEB)).toEqual({
    loop: 'main',
    epoch: 1,
    status: 'needs_human',
    reason: 'Task "b" is parked: <!channel> & all',
    next: 'cms retry b',
    tasks: { total: 2, done: 1 },
    usd: 0,
    url: 'https://github.com/acme/widgets/pull/12',
    text: 'acme/widgets: loop main: needs human. Task "b" is parked: &lt;!channel&gt; &amp; all 1 of 2 tasks done, $0.00 of $10.00. https://github.com/acme/widgets/pull/12',
  })
})

test.each([
  [WEB, WEB.run],
  [{ repository: WEB.repository }, WEB.repository],
  [undefined, ''],
])('without a pull request it leads to the run, or the repository, or nowhere', (web, url) => {
  const without = { ...stopped, pull_request: { ...stopped.pull_request, number: null } }
  expect(noteOf(without, web).url).toBe(url)
})
