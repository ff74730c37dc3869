/** Bugs in the tools of an agent. */
import { type Bug, bugsIn } from './bug.ts'

const TESTS = 'adapters/mcp/tools'

export const TOOL_BUGS: readonly Bug[] = [
  ...bugsIn('core/tools/letters', TESTS, [
    {
      name: 'message-to-a-task-that-is-done',
      find: "(state === 'open' || state === 'leased')",
      replace: "state !== 'parked'",
      hurts: 'An agent waits for the answer of somebody who has gone.',
    },
    {
      name: 'acknowledged-though-foreign',
      find: 'ids.filter((id) => !known.has(id))',
      replace: 'ids.filter((id) => known.size === 0 && !known.has(id))',
      hurts: 'An agent acknowledges what it has never been shown.',
      breaks: 'G6',
    },
    {
      name: 'acknowledged-and-shown-again',
      find: 'inbox.filter(({ id }) => !acknowledged.has(id))',
      replace: 'inbox.filter(({ id }) => !acknowledged.has(id) || acknowledged.size > 2)',
      hurts: 'An agent reads the same message until it gives up.',
    },
  ]),
  ...bugsIn('core/tools/report-change', TESTS, [
    {
      name: 'outputs-of-before-are-lost',
      find: '{ ...old.outputs, ...change.outputs }',
      replace: '{ ...change.outputs }',
      hurts: 'A report forgets the outputs that were set before it.',
    },
    {
      name: 'report-that-nobody-takes',
      find: 'problemIn(text) ?? lossIn(text, outputs)',
      replace: 'lossIn(text, outputs)',
      hurts: 'An agent is told that its outputs are set, and the settle leaves them out.',
      breaks: 'G9',
    },
    {
      name: 'broken-report-stays-broken',
      find: 'before === undefined || problemIn(before) !== undefined',
      replace: 'before === undefined',
      hurts: 'One mistake by hand, and no tool can mend the report.',
    },
  ]),
  ...bugsIn('core/tools/task-view', TESTS, [
    {
      name: 'last-page-is-lost',
      find: 'from + tasks.length >= all.length',
      replace: 'from + tasks.length + 1 >= all.length',
      hurts: 'One task of a long list is never shown.',
    },
    {
      name: 'pages-of-any-size',
      find: 'bytes > PAGE_BYTES && tasks.length > 0',
      replace: 'bytes > Number.POSITIVE_INFINITY',
      hurts: 'A list fills the context of the agent that asks for it.',
      breaks: 'G8',
    },
  ]),
  ...bugsIn('core/tools/proposing', TESTS, [
    {
      name: 'proposal-in-the-place-of-a-task',
      find: 'if (taken.has(id))',
      replace: 'if (id === task.id)',
      hurts: 'An agent is told that its task is proposed, and the settle drops it.',
      breaks: 'G9',
    },
    {
      name: 'correction-is-one-too-many',
      find: '!isAgain && before.length >= most',
      replace: 'before.length >= most',
      hurts: 'An agent with twenty proposals cannot mend one.',
    },
  ]),
]
