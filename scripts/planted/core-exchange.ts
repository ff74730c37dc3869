/** Bugs in what comes from other tools, and goes to them. */
import { type Bug, bugsIn } from './bug.ts'

export const EXCHANGE_BUGS: readonly Bug[] = [
  ...bugsIn('core/exchange/fit', 'core/exchange/fit core/exchange/formats core/exchange/laws.property', [
    {
      name: 'done-there-is-waited-for',
      find: "else if (other?.state.at !== 'done' || this.#wanted.all === true)",
      replace: 'else',
      hurts: 'Every need of what is done is told as a mistake.',
    },
    {
      name: 'imported-task-needs-itself',
      find: 'if (id !== undefined && id !== this.#ids.get(task)) ids.add(id)',
      replace: 'if (id !== undefined) ids.add(id)',
      hurts: 'A task that names itself waits for itself.',
      breaks: 'G9',
    },
    {
      name: 'no-limit-for-imported-tasks',
      find: 'if (left < 0 && !there.has(id)) {',
      replace: 'if (left < -room && !there.has(id)) {',
      hurts: 'An import makes a loop file that no command takes.',
      breaks: 'G9',
    },
  ]),
  ...bugsIn('core/exchange/uncircled', 'core/exchange/fit core/exchange/laws.property', [
    {
      name: 'circle-behind-a-visited-task',
      find: "onPath.delete(path.pop() ?? '')",
      replace: 'path.pop()',
      hurts: 'Needs that close no circle are cut.',
    },
  ]),
  ...bugsIn('core/exchange/wording', 'core/exchange/fit core/exchange/formats', [
    {
      name: 'quotation-cut-in-its-fence',
      find: "const shorter = fenced(clip(text, bytes - 100), 'text')",
      replace: 'const shorter = clip(whole, bytes)',
      hurts: 'A long issue is quoted without an end, and speaks in our voice behind it.',
      breaks: 'G6',
    },
  ]),
  ...bugsIn('core/exchange/issues', 'core/exchange/formats adapters/github/issues', [
    {
      name: 'issue-text-is-not-quoted',
      find: "const shown = body === '' ? '' : quoted(body, room)",
      replace: 'const shown = body',
      hurts: 'Whoever opens an issue gives orders to an agent.',
      breaks: 'G6',
    },
    {
      name: 'label-is-not-looked-at',
      find: 'if (label !== undefined && !labels.some(',
      replace: 'if (label === undefined && !labels.some(',
      hurts: 'Issues that nobody has labelled are worked on.',
    },
  ]),
  ...bugsIn('core/exchange/team-mail', 'core/exchange/agent-teams core/exchange/formats', [
    {
      name: 'read-messages-come-again',
      find: 'message.read ||',
      replace: '',
      hurts: 'What a teammate has read long ago is in the spec.',
    },
  ]),
  ...bugsIn('core/exchange/agent-teams', 'core/exchange/laws.property core/exchange/agent-teams', [
    {
      name: 'blocks-of-others-are-forgotten',
      find: "for (const one of keysOf(own(task, 'blocks'))) needs.get(one)?.add(key)",
      replace: "for (const one of keysOf(own(task, 'blocks'))) needs.get(key)?.has(one)",
      hurts: 'A task that only the other side says is blocked starts at once.',
      tests: ['core/exchange/formats'],
    },
    {
      name: 'order-of-needs-is-lost',
      find: '.toSorted((a, b) => place(a) - place(b))',
      replace: '.toSorted()',
      hurts: 'There and back, the needs of a task are in another order.',
    },
  ]),
  ...bugsIn('core/exchange/spec-kit', 'core/exchange/formats', [
    {
      name: 'phases-side-by-side',
      find: 'if (beside.length > 0 && (isNew || !isParallel)) {',
      replace: 'if (beside.length > 0 && !isParallel) {',
      hurts: 'A phase begins before the one it builds on is over.',
    },
  ]),
  ...bugsIn('core/exchange/task-master', 'core/exchange/formats', [
    {
      name: 'subtasks-do-not-wait-for-what-the-parent-needs',
      find: ': { ...part, needs: [...needs, ...part.needs] }',
      replace: ': part',
      hurts: 'Subtasks start before what their task depends on.',
    },
  ]),
  ...bugsIn('app/import', 'app/import', [
    {
      name: 'imported-over-a-task-of-a-person',
      find: 'if (other.length > 0 && skipExisting !== true) {',
      replace: 'if (other.length > 0 && skipExisting === false) {',
      hurts: 'A task that says something else is skipped without a question.',
    },
    {
      name: 'loop-file-is-not-checked-before-it-is-written',
      find: '  mustBeValid(text, tools)\n',
      replace: '',
      hurts: 'An import leaves a loop file that no command takes.',
      breaks: 'G9',
    },
    {
      name: 'dry-run-writes',
      find: "if (flags.dryRun === true) return { ...result, outcome: 'shown' }",
      replace: "if (flags.dryRun === false) return { ...result, outcome: 'shown' }",
      hurts: 'Who only wants to look has a changed loop file.',
    },
  ]),
  ...bugsIn('app/export', 'app/import', [
    {
      name: 'export-over-the-team-of-others',
      find: 'there.loop !== outgoing.loop && flags.force !== true',
      replace: 'there.loop === undefined && flags.force !== true',
      hurts: 'Two loops write over each other.',
    },
  ]),
]
