/** What `cms --help` and `cms <command> --help` teach. */

export interface Lesson {
  /** One line in the list of commands. */
  readonly summary: string
  /** What else there is to know. */
  readonly more?: string
  readonly examples: readonly (readonly [line: string, does: string])[]
  /** Exit codes beside 0, 1 and 2. */
  readonly exits?: string
}

const SAID = '3 if the loop cannot go on all the same'

export const LESSONS = {
  init: {
    summary: 'Write .cms/loop.yml and the workflow; never overwrites.',
    more: 'Looks at the project for its setup and test commands, and asks in a terminal what it cannot see.',
    examples: [
      ['cms init', 'ask, then write'],
      ['cms init --yes --agent command --tests "npm test"', 'ask nothing'],
      ['cms init --form walled', 'a workflow that keeps the agent apart from the token'],
    ],
  },
  validate: {
    summary: 'Check the loop file; every mistake at once, with line and column.',
    more: 'Warns of tasks that nothing verifies, of budgets under which nothing can begin, and of keys without effect.',
    examples: [
      ['cms validate', ''],
      ['cms validate --file other.yml --json', 'for programs'],
    ],
  },
  plan: {
    summary: 'What would run, in which order, with estimates; spends nothing.',
    more: 'What the loop has done already is not planned again.',
    examples: [['cms plan', '']],
  },
  import: {
    summary:
      'Put tasks of another tool into the loop file: PRDs, task-master, spec-kit, checklists, issues, Agent Teams.',
    more: 'Tells the format by its shape. Writes .cms/loop.yml, or adds to it: what is there stays as it is. What is not taken as it stands is told line by line. Issues come from GitHub by a label (--label), which only who has rights in the repository can give; their text is quoted as what somebody wrote.',
    examples: [
      ['cms import prd.json', 'stories of Ralph or ralph-tui'],
      ['cms import .taskmaster --tag api --dry-run', 'look first; writes nothing'],
      ['cms import specs/001-login', 'tasks.md of spec-kit'],
      ['cms import ~/.claude --team my-team', 'tasks of an Agent Team, and what was written to them'],
      ['cms import --from github-issues --label agent', 'open issues with that label'],
    ],
  },
  export: {
    summary: 'Write the loop for another tool: tasks, needs, owners and messages for Agent Teams.',
    more: 'The loop as it stands, or what the loop file says where it never ran. `cms import` reads it back. A team that something else has written is not touched without --force.',
    examples: [
      ['cms export --to agent-teams', 'to the folder agent-teams'],
      ['cms export --to agent-teams --team api --out ~/.claude', 'where Claude Code keeps its teams'],
    ],
  },
  run: {
    summary: 'Run the loop in this terminal until it ends; an unfinished one is continued.',
    more: 'Works in folders of its own: your files, index and HEAD stay as they are. Ctrl-C ends the attempt in order; run it again to go on.',
    examples: [
      ['cms run', 'until done, or a person is needed'],
      ['cms run --max-iterations 1', 'one step, to see what it does'],
      ['cms run --fresh', 'once more from the start; the old work branch is kept'],
    ],
    exits: '3 a person is needed, 4 budget used up, 5 waiting on a limit, 130 interrupted',
  },
  iterate: {
    summary: 'One iteration and no more: what the action does in a job.',
    more: '`cms tick` prints the lane and the nonce to give. A run that comes too late changes nothing.',
    examples: [['cms iterate --lane 1 --nonce abc', '']],
    exits: '130 interrupted',
  },
  tick: {
    summary: 'Repair what died and ask for what is missing, once.',
    more: 'It never starts a loop. It does in a terminal what the schedule of the workflow does on GitHub.',
    examples: [['cms tick', '']],
  },
  status: {
    summary: 'State, tasks, cost against caps, why it stopped, what to type next.',
    more: 'Writes nothing. The exit code is 0 whatever the state is; --json has it as `status`.',
    examples: [
      ['cms status', ''],
      ['cms status --remote --json', 'the loop on origin, for programs'],
    ],
  },
  log: {
    summary: 'Every decision, from the history of the state branch.',
    examples: [
      ['cms log', ''],
      ['cms log --task api', 'what became of one task, and why'],
    ],
  },
  start: {
    summary: 'Start a run of the workflow on GitHub: it begins the loop, or carries it on.',
    more: 'On the default branch, with GH_TOKEN, GITHUB_TOKEN or the login of gh. Without a token it says what to type.',
    examples: [
      ['cms start', ''],
      ['cms start --loop nightly --json', 'the page of the run, for programs'],
    ],
  },
  stop: {
    summary: 'Pause the loop: attempts in flight settle, nothing new begins.',
    examples: [['cms stop', 'later: cms resume']],
  },
  resume: {
    summary: 'Let a paused loop go on.',
    more: 'A loop on GitHub is started again, where there is a token; in a terminal `cms run` carries it on.',
    examples: [['cms resume && cms run', '']],
    exits: SAID,
  },
  retry: {
    summary: 'Fresh attempts for a parked task.',
    examples: [['cms retry api && cms run', '']],
    exits: SAID,
  },
  accept: {
    summary: 'Take a task as done, as it is.',
    more: 'Nothing is verified, and what waits for it may start.',
    examples: [['cms accept api && cms run', '']],
    exits: SAID,
  },
  message: {
    summary: 'Write to agents at work, answer them, or show the mailbox.',
    more: 'An agent at work gets it within seconds in a clone, and within a minute on a remote; a task that waits gets it when it begins.',
    examples: [
      ['cms message', 'show the mailbox'],
      ['cms message api "Use the v2 endpoint."', 'write to a task; `all` is every task'],
      ['cms message --reply m12 "Yes."', 'answer a question of an agent'],
      ['cms message --ack m12', 'taken as read; it wants no answer'],
    ],
  },
  lessons: {
    summary: 'What the loop has learnt, with the record of each lesson; pin, edit, add or drop one.',
    more: 'Lessons come from failing checks and from notes of agents. One attempt in five does without one of them: what becomes of it shows what it is worth. Proven ones become skills, useless ones are retired.',
    examples: [
      ['cms lessons', 'all of them, the proven ones first'],
      ['cms lessons --add "Run npm run codegen after a change of schema.ts" --path "src/schema/**"', ''],
      ['cms lessons --edit l1-7a "Use the clock of the tests"', ''],
      ['cms lessons --drop l1-9a', ''],
    ],
  },
  doctor: {
    summary: 'Check repository, workflow, token and settings; each finding with its fix.',
    more: 'Changes nothing. Asks GitHub with GH_TOKEN, GITHUB_TOKEN or the login of gh; without a token it says what it could not look at. Exit code 2: there is an error.',
    examples: [
      ['cms doctor', ''],
      ['cms doctor --workflow nightly.yml --json', 'one of several workflows, for programs'],
    ],
  },
  mcp: {
    summary: 'Tools for the agent of an iteration, as an MCP server on stdin and stdout.',
    more: 'Agents start it themselves: `claude` is given it by the loop. It reads what was laid out for the attempt (task, messages) and writes its outbox, nothing else.',
    examples: [
      ['cms mcp', 'inside an iteration'],
      ['cms mcp --context c.json --inbox in --outbox out', 'by hand; c.json: {"task":{"id":"api"}}'],
    ],
    exits: '130 interrupted',
  },
  demo: {
    summary: 'A small real loop in a temporary repository, start to end; needs git and nothing else.',
    more: 'Scripts stand in for the agent: no key, no cost. The repository is left for you to look around.',
    examples: [
      ['cms demo', ''],
      ['cms demo --learn', 'a loop that fails, learns, and does better for it; and agents that talk'],
    ],
  },
} as const satisfies Record<string, Lesson>

export type CommandName = keyof typeof LESSONS

export const OVERVIEW = `
The usual way:
  cms init        write .cms/loop.yml and a workflow
  cms plan        see what would run; spends nothing
  cms doctor      see whether GitHub, and this machine, would let it run
  cms run         run the loop here until it is done; Ctrl-C and cms run --resume at any time
  cms status      where it stands and what to type next

Exit codes: 0 reached, 1 bug, 2 bad usage or input, 3 needs a person, 4 budget used up,
5 waiting on a limit, 130 interrupted. Every error names a code: docs/errors.md explains it.`

/** The lines below the options of a command. */
export function afterHelp({ examples, exits }: Lesson): string {
  const width = Math.max(...examples.map(([line]) => line.length))
  return [
    '',
    examples.length === 1 ? 'Example:' : 'Examples:',
    ...examples.map(([line, does]) => `  ${line.padEnd(width)}  ${does}`.trimEnd()),
    '',
    `Exit codes: 0 reached, 1 bug, 2 bad usage or input${exits === undefined ? '' : `, ${exits}`}.`,
  ].join('\n')
}
