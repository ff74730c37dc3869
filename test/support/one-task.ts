/** A clone with a loop of one task of the `command` agent, run by the real CLI. */
import { readFileSync } from 'node:fs'
import { Checkpoint } from '../../src/core/checkpoint.ts'
import { type Repo, repository } from './cli.ts'
import { runs } from './processes.ts'

/** @param run what the task runs, told the path of the clone. */
export async function oneTask(run: (clone: string) => string, ...more: readonly string[]): Promise<Repo> {
  const repo = await repository()
  const task = `{ id: a, run: ${JSON.stringify(run(repo.path))}, verify: [test -f a.txt] }`
  await repo.loop(...more, 'policy: { attempts: 1 }', 'tasks:', `  - ${task}`)
  return repo
}

export const checkpointOf = (repo: Repo): Checkpoint =>
  Checkpoint.parse(JSON.parse(repo.show('cms/main/state', 'checkpoint.json')))

/** How the first attempt at an unfinished task ended. */
export const firstVerdict = (repo: Repo): string | undefined =>
  checkpointOf(repo).remaining_tasks[0]?.attempts[0]?.verdict

/** Whether the process lives whose id an agent has written to `<clone>.<name>`. */
export const lives = (repo: Repo, name: string): boolean =>
  runs(Number(readFileSync(`${repo.path}.${name}`, 'utf8')))
