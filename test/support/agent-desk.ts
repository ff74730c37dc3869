/** The files of an attempt, as the harness lays them out and reads them. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOutbox } from '../../src/adapters/system/outbox.ts'
import { type AgentReport, readReport } from '../../src/core/outbox.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Desk } from '../../src/ports/outbox.ts'

const made: string[] = []
export const removeDesks = (): void => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** A context of task `api`; among the others there are some in each state. */
export const CONTEXT = {
  goal: 'Move to promises',
  task: { id: 'api', name: 'Port the API', spec: 'Port it.', source: 'file', verify: ['npm test'] },
  attempt: 2,
  outputs: { schema: { file: 'schema.json' } },
  last_failure: { verdict: 'verify_failed', because: 'Red.', command: 'npm test', tail: 'x' },
  lessons: [],
  messages: [],
  tasks: [
    { id: 'schema', name: 'Describe the schema', state: 'done', needs: [] },
    { id: 'api', name: 'Port the API', state: 'leased', needs: ['schema'] },
    { id: 'docs', name: 'Write about it', state: 'open', needs: ['api'] },
    { id: 'legal', name: 'Ask', state: 'parked', needs: [] },
  ],
} as const

export interface Letter {
  readonly id: string
  readonly seq: number
  readonly body?: string
}

/** Where the files of one attempt are, outbox and inbox empty. */
export function layOut(context: unknown = CONTEXT): Desk & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'cms-desk-'))
  made.push(folder)
  const desk = {
    folder,
    outbox: join(folder, 'outbox'),
    inbox: join(folder, 'inbox'),
    context: join(folder, 'context.json'),
  }
  mkdirSync(desk.outbox)
  mkdirSync(desk.inbox)
  writeFileSync(desk.context, JSON.stringify(context))
  return desk
}

/** As the harness does it: there as a whole, or not at all. */
export function deliver({ inbox }: Desk, { id, seq, body = `body of ${id}` }: Letter): void {
  const path = join(inbox, `${String(seq).padStart(8, '0')}-${id}.json`)
  const message = { id, seq, from: 'schema', to: 'api', body, at: '2026-11-23T12:00:00.000Z' }
  writeFileSync(`${path}.part`, JSON.stringify(message))
  renameSync(`${path}.part`, path)
}

/** All files below a folder, by path. */
export const filesBelow = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  )

/** What the harness will make of an outbox. */
export async function harnessReads(desk: Desk): Promise<AgentReport> {
  return readReport(await createOutbox(tmpdir()).read(desk), (text) => text)
}

/** A clock on which no time goes by: a sleep ends when it is called off. */
export function stoppedClock(): { readonly clock: Clock; readonly asleep: Promise<void> } {
  const { promise: asleep, resolve: fallAsleep } = Promise.withResolvers<void>()
  const sleep = (_: number, signal?: AbortSignal): Promise<void> =>
    new Promise((wake) => {
      signal?.addEventListener('abort', () => wake())
      fallAsleep()
    })
  return { clock: { now: () => 0, every: () => ({ stop: async () => {} }), sleep }, asleep }
}
