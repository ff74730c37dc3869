/** Everything that can go wrong in a simulated world, by name, and how often it does where it may. */

/** Phases of a run, and what is outside of any. */
export const PHASES = [
  'restore',
  'plan',
  'execute',
  'verify',
  'learn',
  'hand off',
  'post',
  'between',
] as const
export type Phase = (typeof PHASES)[number]

interface Fault {
  /** Of the occasions it has. */
  readonly share: number
  readonly what: string
}

const STORE = {
  'answer lost': { share: 0.01, what: 'the change landed, and the answer to it never came' },
  'unheard change': { share: 0.01, what: 'the change never reached the remote' },
  partition: { share: 0.004, what: 'the machine cannot reach the remote for minutes' },
  'slow remote': { share: 0.01, what: 'a call takes a minute' },
} as const satisfies Readonly<Record<string, Fault>>

const RELAY = {
  'request lost': { share: 0.03, what: 'accepted, and no run ever begins' },
  'request late': { share: 0.06, what: 'accepted, and its run begins hours later' },
  'request twice': { share: 0.04, what: 'two runs answer one request' },
  'request refused': { share: 0.01, what: 'a definite no' },
  'request unknown': { share: 0.04, what: 'the answer is lost; the run may begin or not' },
  'status unreadable': { share: 0.1, what: 'nobody can say what became of a run' },
  'status late': {
    share: 0.3,
    what: 'a run that is over is still said to be at work, a new one not to be there',
  },
  'status wrong': {
    share: 0.06,
    what: 'a run that works on is said to be over: its machine was not heard of',
  },
} as const satisfies Readonly<Record<string, Fault>>

const RUNNER = {
  'half saved': { share: 0.04, what: 'a local store is killed between its two refs' },
  'late start': { share: 0.1, what: 'no machine is free for an hour' },
  'never started': { share: 0.02, what: 'no machine takes it at all' },
  'step before fails': { share: 0.02, what: 'the checkout fails, and ours is never begun' },
  'process killed': { share: 0.003, what: 'the process is gone at a call; the post step runs' },
  'machine gone': { share: 0.003, what: 'all of the job is gone at a call' },
  'out of time': { share: 0.002, what: 'the job reaches its limit' },
  'clock skewed': { share: 0.15, what: 'the clock of the machine is minutes wrong' },
  'post step gone': { share: 0.03, what: 'the post step never runs' },
} as const satisfies Readonly<Record<string, Fault>>

const PEOPLE = {
  cancel: { share: 0.002, what: 'a person cancels a run' },
  'second terminal': { share: 0.1, what: 'a person runs it in two terminals at once' },
  're-run': { share: 0.03, what: 'a person runs a run again that is over' },
  stop: { share: 0.006, what: 'a person stops the loop' },
  resume: { share: 0.04, what: 'a person resumes it' },
  retry: { share: 0.02, what: 'a person gives a task fresh attempts, or takes it as done' },
  'edit file': { share: 0.03, what: 'a person changes the loop file' },
  'broken file': { share: 0.02, what: 'a person breaks the loop file for a while' },
  push: { share: 0.06, what: 'a person pushes onto the work branch' },
  'moved branch': { share: 0.003, what: 'a person moves the work branch elsewhere, or deletes it' },
  'hand edit': { share: 0.006, what: 'a person leaves a checkpoint that cannot be read' },
  'roll back': { share: 0.003, what: 'a person moves the state branch back' },
  'state deleted': { share: 0.003, what: 'a person deletes the state branch' },
} as const satisfies Readonly<Record<string, Fault>>

const SCHEDULE = {
  'tick missing': { share: 0.4, what: 'cron skips a run' },
  'tick late': { share: 0.3, what: 'cron is hours late' },
  'spare stale': { share: 0.5, what: 'the cache gives an old spare' },
  'spare evicted': { share: 0.3, what: 'the cache gives nothing' },
  'spare forged': { share: 0.3, what: 'the cache gives what a stranger wrote' },
} as const satisfies Readonly<Record<string, Fault>>

const AGENT = {
  'agent fails': { share: 0.06, what: 'ends with an error' },
  'agent lies': { share: 0.06, what: 'says it is done, and the verification is red' },
  'agent idles': { share: 0.04, what: 'changes nothing' },
  'agent hangs': { share: 0.03, what: 'works until its limit' },
  'agent overspends': { share: 0.04, what: 'costs far more than was set aside' },
  'agent spends all': { share: 0.1, what: 'costs all that it was given' },
  'agent cost unknown': { share: 0.05, what: 'does not say what it cost' },
  'agent limited': { share: 0.04, what: 'its subscription has a limit, which resets later' },
  'limit moves': { share: 0.5, what: 'the reset is put off' },
  'agent unavailable': { share: 0.04, what: 'its API is overloaded' },
  'agent unpaid': { share: 0.004, what: 'its account or key or model is not accepted' },
  'agent blocked': { share: 0.01, what: 'says that it cannot' },
  'agent splits': { share: 0.02, what: 'says that it is too much, and proposes parts' },
  'agent oversteps': { share: 0.03, what: 'changes a protected file' },
  'agent leaks': { share: 0.03, what: 'puts a secret into everything that it says and writes' },
  'agent clashes': { share: 0.05, what: 'what is green alone is red together with what another did' },
  'agent overlaps': { share: 0.08, what: 'changes what another changes' },
} as const satisfies Readonly<Record<string, Fault>>

export const FAULTS = { ...STORE, ...RELAY, ...RUNNER, ...PEOPLE, ...SCHEDULE, ...AGENT }
export type FaultName = keyof typeof FAULTS

const isFaultName = (name: string): name is FaultName => name in FAULTS
export const FAULT_NAMES = Object.keys(FAULTS).filter(isFaultName)
