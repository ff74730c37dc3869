/**
 * The loop file as people write it: every key, its shape, and the sentence an editor shows.
 *
 * This says what one value may be. What values say about each other (needs, cycles, times that
 * must fit into a job) is said in `config.ts`. The JSON Schema for editors is made from here.
 */
import { z } from 'zod'
import { LoopId, RESERVED_IDS, TaskId } from './ids.ts'
import { LIMITS } from './limits.ts'
import { REFS_KINDS } from './refs.ts'
import { byteLength } from './text.ts'
import { type Parsed, parseCount, parseDuration } from './units.ts'

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/
const STEP = /^(lessons|split|model:\S+|agent:\S+)$/
/** What git refuses in a branch name, and what a shell or a command line would misread. */
const BAD_BRANCH = /^$|^[-/.]|[\s~^:?*[\\\p{Cc}]|\.\.|\/\/|\/\.|@\{|[/.]$|\.lock$|^@$/u

const measure = (parse: (value: unknown) => Parsed, shape: Record<string, unknown>) =>
  z
    .unknown()
    .meta(shape)
    .transform((value, context) => {
      const parsed = parse(value)
      if (parsed.ok) return parsed.value
      context.issues.push({ code: 'custom', message: parsed.because, input: value })
      return z.NEVER
    })

const duration = (description: string) =>
  measure(parseDuration, {
    type: ['string', 'integer'],
    pattern: '^(\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?$',
    maximum: 0,
    description,
  })

/** A limit of nothing would stop everything at once. */
const positiveDuration = (description: string) =>
  duration(description).refine((ms) => ms > 0, 'must be longer than nothing')

const count = (description: string) =>
  measure(parseCount, {
    type: ['string', 'integer'],
    pattern: '^\\d[\\d_]*(\\.\\d+)?[kKMG]?$',
    minimum: 1,
    description,
  }).refine((number) => number > 0, 'must be at least 1')

const sized = (bytes: number) =>
  z.string().refine((text) => byteLength(text) <= bytes, {
    error: ({ input }) => `is too long: ${byteLength(String(input))} bytes, at most ${bytes}`,
  })

const Line = z.string().regex(/\S/, 'must not be empty')
const Commands = z.array(Line.refine((text) => !text.includes('\0'), 'must not hold a NUL character'))
const Variable = z.string().regex(VARIABLE, 'must be the name of a variable: letters, digits and "_"')
const free = (id: string): boolean => !RESERVED_IDS.includes(id)
const RESERVED = `is reserved; ${RESERVED_IDS.join(', ')} mean something else`

/** An agent by settings: of the loop, or what a task changes about it. */
export const AgentMapping = z.strictObject({
  use: Line.optional().meta({ description: 'Which agent: claude, or command (runs `run` of the task).' }),
  model: Line.optional().meta({ description: 'Model, by the name the agent knows.' }),
  args: z.array(z.string()).optional().meta({ description: "Added to the agent's command line." }),
  timeout: positiveDuration('Wall limit of one attempt. Default 45m.').optional(),
  stall: duration('Longest silence; 0 switches it off. Default 10m.').optional(),
  env: z.array(Variable).optional().meta({ description: 'Names of variables the agent may see.' }),
})

const Agent = z.union([Line, AgentMapping])

/** Caps on the whole loop. */
export const BudgetMapping = z.strictObject({
  usd: z.number().positive().optional().meta({ description: 'US dollars. Default 10.' }),
  iterations: count('Agent processes. Default 50.').optional(),
  tokens: count('Uncached input, cache writes and output together: 20M.').optional(),
  minutes: count('Minutes of wall time of jobs or processes. Default 600.').optional(),
  usd_per_day: z.number().positive().optional().meta({ description: 'US dollars a UTC day; then it waits.' }),
  deadline: z
    .union([z.iso.datetime({ offset: true }), z.iso.date(), z.date()], {
      error: 'must be a date with a time and a zone, such as 2026-12-24T18:00:00Z',
    })
    .optional()
    .meta({ description: 'No attempt starts after it. A date alone is its first minute, UTC.' }),
})

/** How attempts are repeated and paid for. */
export const PolicyMapping = z.strictObject({
  attempts: z
    .int()
    .min(1)
    .max(LIMITS.attempts_per_task)
    .optional()
    .meta({ description: 'Attempts per task. Default 3.' }),
  usd_per_attempt: z.number().positive().optional().meta({ description: 'US dollars. Default 5.' }),
  reserve_usd: z.number().min(0).optional().meta({
    description: 'Set aside per attempt; charged when its cost is unknown. Default 1; 0 for `command`.',
  }),
  escalate: z
    .array(z.string().regex(STEP, 'must be lessons, split, model:<name> or agent:<name>'))
    .optional()
    .meta({ description: 'What changes from the second attempt on. Default [lessons].' }),
  retry: z
    .enum(['continue', 'clean'])
    .optional()
    .meta({ description: 'Whether the next attempt starts from the work of the last.' }),
  lessons: z.boolean().optional().meta({
    description: 'Whether attempts are given what the loop has learnt. Default true.',
  }),
})

/** One unit of work. */
export const TaskMapping = z.strictObject({
  id: TaskId.refine(free, RESERVED).meta({ description: 'Short and unique: a-z, 0-9 and "-".' }),
  name: Line.max(LIMITS.name_chars).optional().meta({ description: 'One line for people. Default: the id.' }),
  spec: sized(LIMITS.spec_bytes)
    .optional()
    .meta({ description: 'What to do, in the words you would give a colleague.' }),
  needs: z.array(z.string()).optional().meta({ description: 'Tasks that must be done first.' }),
  deps: z.array(z.string()).optional().meta({ description: 'The same as needs.' }),
  uses: z
    .array(z.string())
    .optional()
    .meta({ description: 'Tasks whose outputs are wanted beside those of needs.' }),
  verify: Commands.optional().meta({ description: 'Commands that must succeed before the task is done.' }),
  priority: z.int().optional().meta({ description: 'Higher first. Default 0.' }),
  agent: Agent.optional().meta({ description: 'What this task changes about the agent.' }),
  run: Line.optional().meta({ description: 'What the command agent runs, with bash.' }),
  allow_empty: z.boolean().optional().meta({ description: 'Whether it may be done without any change.' }),
})

const PROTECTED = 'must be a path pattern inside the repository, without a leading "/" or ".."'
const ProtectedPath = z
  .string()
  .refine(
    (path) => /^!?[^/!\s]/.test(path) && !/[\p{Cc}]/u.test(path) && !/(^!?|\/)\.\.(\/|$)/.test(path),
    PROTECTED,
  )

/** The whole file. */
export const LoopFile = z
  .strictObject({
    $schema: z.string().optional().meta({ description: 'For editors.' }),
    loop: LoopId.refine(free, RESERVED).optional().meta({ description: 'Id of the loop. Default main.' }),
    goal: sized(LIMITS.goal_bytes)
      .optional()
      .meta({ description: 'What all tasks together are for. Without tasks, they are planned from it.' }),
    agent: Agent.optional().meta({ description: 'Who does the work. Default claude.' }),
    base: z
      .string()
      .refine((name) => !BAD_BRANCH.test(name), 'must be the name of a branch')
      .optional()
      .meta({ description: 'Branch the work starts from. Default: the current one.' }),
    parallel: z
      .int()
      .min(1)
      .max(LIMITS.lanes)
      .optional()
      .meta({ description: 'Lanes: tasks worked on at once. Default 1.' }),
    budget: BudgetMapping.optional().meta({
      description: 'Caps. Keys given replace the defaults one by one.',
    }),
    policy: PolicyMapping.optional().meta({ description: 'How attempts are repeated and paid for.' }),
    setup: Commands.optional().meta({ description: 'Per workspace, and again when a lockfile changed.' }),
    verify: Commands.optional().meta({ description: 'Commands that must succeed after every task.' }),
    verify_in: z
      .enum(['clean', 'same'])
      .optional()
      .meta({ description: 'A second, clean checkout, or the one worked in.' }),
    verify_timeout: positiveDuration('Default 15m.').optional(),
    setup_timeout: positiveDuration('Default 10m.').optional(),
    protect: z
      .array(ProtectedPath)
      .optional()
      .meta({ description: 'Paths no agent may change, added to the defaults; !path takes one out.' }),
    red_first: z
      .boolean()
      .optional()
      .meta({ description: "Whether a task's verify must fail before the work." }),
    strict_verify: z
      .boolean()
      .optional()
      .meta({ description: 'Whether changing tests and their settings is a violation.' }),
    commits: z
      .enum(['squash', 'keep'])
      .optional()
      .meta({ description: 'One commit a task, or those the agent made.' }),
    refs: z
      .enum(REFS_KINDS)
      .optional()
      .meta({ description: 'Whether the state is kept on a branch that web pages show.' }),
    restart: z
      .enum(['never', 'when_done'])
      .optional()
      .meta({ description: 'Whether a finished loop begins anew.' }),
    approve_plan: z.boolean().optional().meta({
      description: 'Whether a person must approve planned tasks. Default: when there are no others.',
    }),
    pull_request: z.enum(['draft', 'ready', 'none']).optional().meta({ description: 'Default draft.' }),
    notify: z
      .string()
      .regex(VARIABLE, 'must be the name of a secret or variable that holds the URL, not the URL itself')
      .optional()
      .meta({ description: 'Name of a variable with a URL that is called at end states.' }),
    tasks: z.array(TaskMapping).max(LIMITS.tasks).optional().meta({ description: 'What is to be done.' }),
  })
  .meta({ title: 'CMS Iterate loop file' })
export type LoopFile = z.infer<typeof LoopFile>

/** The keys of the mapping at `path`, for suggestions. */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  const last = path.findLast((part) => typeof part === 'string')
  const shapes = { agent: AgentMapping, budget: BudgetMapping, policy: PolicyMapping, tasks: TaskMapping }
  const mapping = Object.entries(shapes).find(([key]) => key === last)?.[1] ?? LoopFile
  return Object.keys(mapping.shape)
}

/** The JSON Schema of the loop file, for editors. */
export const loopFileJsonSchema = (): object =>
  z.toJSONSchema(LoopFile, { io: 'input', target: 'draft-7', unrepresentable: 'any' })
