/**
 * `node orchard-states.ts <folder>`: what the scripts of examples/orchard make of it, for many orders of
 * tasks at once. Reads `{ needs, orders }` from standard input and writes the files after each order.
 *
 * The scripts run in this process, one after another: each time as if for the first time, because every
 * run loads them anew. Starting Node for each of a thousand runs would take a minute.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'

const Wanted = z.object({
  needs: z.record(z.string(), z.array(z.string())),
  orders: z.array(z.array(z.string())),
})
const Report = z.looseObject({ outputs: z.record(z.string(), z.json()) })

interface State {
  readonly files: ReadonlyMap<string, string>
  readonly outputs: Readonly<Record<string, unknown>>
}

let run = 0
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    return found.url.includes('/agent/') ? { ...found, url: `${found.url}?run=${run}` } : found
  },
})

process.chdir(process.argv[2] ?? '.')
// What the scripts say is not what is asked for.
console.log = () => {}
const outbox = join(process.cwd(), '..', 'outbox')
mkdirSync(outbox, { recursive: true })
process.env['CMS_OUTBOX'] = outbox
process.env['CMS_CONTEXT'] = join(outbox, 'context.json')
process.env['ORCHARD_PACE'] = '0'

const { needs, orders } = Wanted.parse(JSON.parse(await text(process.stdin)))
/** What is on the disk now. */
let there = readFiles()
const known = new Map<string, State>([['', { files: there, outputs: {} }]])
const states: Record<string, string>[] = []
for (const order of orders) states.push(Object.fromEntries((await stateAfter(order)).files))
process.stdout.write(JSON.stringify(states))

/** Orders that begin alike share what they have in common. */
async function stateAfter(order: readonly string[]): Promise<State> {
  const found = known.get(order.join())
  if (found !== undefined) return found
  const before = await stateAfter(order.slice(0, -1))
  const made = await attempt(order.at(-1) ?? '', before)
  known.set(order.join(), made)
  return made
}

async function attempt(id: string, { files, outputs }: State): Promise<State> {
  for (const path of there.keys()) if (!files.has(path)) rmSync(path)
  for (const [path, content] of files) if (there.get(path) !== content) writeFileSync(path, content)
  const handed = Object.fromEntries((needs[id] ?? []).map((need) => [need, outputs[need]]))
  writeFileSync(
    join(outbox, 'context.json'),
    JSON.stringify({ task: { id }, outputs: handed, last_failure: null }),
  )
  run += 1
  await import(pathToFileURL(join('agent', `${id}.mjs`)).href)
  const report = Report.parse(JSON.parse(readFileSync(join(outbox, 'report.json'), 'utf8')))
  there = readFiles()
  return { files: there, outputs: { ...outputs, [id]: report.outputs } }
}

/** All that the scripts may change. */
function readFiles(): ReadonlyMap<string, string> {
  const paths = ['CHANGELOG.md', ...readdirSync('src').map((name) => `src/${name}`)]
  return new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]))
}
