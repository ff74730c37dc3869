/** `npm run fuzz`: processes that fuzz one target each, and a table of what they found. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type Found, type Hostile, Message, type Task } from './messages.ts'
import { HELP, type Options, optionsOf } from './options.ts'
import { type Row, tableOf } from './table.ts'
import { TARGETS } from './targets.ts'

/** Memory above what a process had before an input of a megabyte, MB. */
const MOST_MB = 200

const WORKER = join(import.meta.dirname, 'worker.ts')

/** @returns whether every law held. */
async function run(options: Options): Promise<boolean> {
  const rows: Row[] = []
  const began = performance.now()
  for (const { name, share } of TARGETS) {
    if (!options.targets.includes(name)) continue
    const row = await fuzz(name, options.seed === undefined ? Math.ceil(options.inputs * share) : 1, options)
    rows.push(row)
    for (const finding of row.found) process.stdout.write(toldOf(name, finding))
    for (const one of row.hostile)
      if (one.broken !== undefined)
        process.stdout.write(`\n${name}: "${one.name}" (${one.bytes} bytes) breaks a law: ${one.broken}\n`)
  }
  process.stdout.write(`${tableOf(rows)}\n${Math.round((performance.now() - began) / 1_000)} s\n`)
  return rows.every(
    ({ found, hostile, failed }) =>
      !failed && found.length === 0 && hostile.every((one) => one.broken === undefined),
  )
}

const toldOf = (target: string, { seed, law, message, input, bytes, from }: Found): string =>
  [
    `\n${target}, seed ${seed}: broken is "${law}": ${message}`,
    `  the smallest input that breaks it, ${bytes} of ${from} bytes: ${input}`,
    `  again: npm run fuzz -- --target ${target} --seed ${seed}\n`,
  ].join('\n')

async function fuzz(name: string, count: number, options: Options): Promise<Row> {
  const { seed, from, hostile } = options
  const jobs = Math.min(options.jobs, count)
  const began = performance.now()
  const row = {
    name,
    accepted: 0,
    rejected: 0,
    slowest: { seed: 0, ms: 0 },
    rss: 0,
    found: new Map<string, Found>(),
  }
  const hard: Hostile[] = []
  const done = new Map<number, number>()
  const hear = (job: number) => (message: Message) => {
    switch (message.is) {
      case 'progress':
        done.set(job, message.done)
        return
      case 'found': {
        const known = row.found.get(message.law)
        if (known === undefined || message.seed < known.seed) row.found.set(message.law, message)
        return
      }
      case 'hostile':
        hard.push(message)
        return
      case 'tally':
        row.accepted += message.accepted
        row.rejected += message.rejected
        row.rss = Math.max(row.rss, message.rss)
        if (message.slowest.ms > row.slowest.ms) row.slowest = message.slowest
    }
  }
  using _progress = progressOf(() => {
    const sum = [...done.values()].reduce((all, one) => all + one, 0)
    return `${name}: ${sum} of ${count}, ${Math.round((performance.now() - began) / 1_000)} s`
  })
  const parts = Array.from({ length: jobs }, (_, n): Task => {
    const own = Math.ceil((count - n) / jobs)
    return { kind: 'seeds', target: name, from: (seed ?? from) + n, count: own, step: jobs }
  })
  const ends = await Promise.all(parts.map((part, n) => worked(part, hear(n))))
  // Alone: time is measured.
  if (hostile && seed === undefined)
    ends.push(await worked({ kind: 'hostile', target: name, most: MOST_MB }, hear(-1)))
  const seconds = (performance.now() - began) / 1_000
  return { ...row, found: [...row.found.values()], hostile: hard, seconds, failed: ends.includes(false) }
}

/** @returns whether it came to its end. */
async function worked(task: Task, hear: (message: Message) => void): Promise<boolean> {
  const child = fork(WORKER, [JSON.stringify(task)], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  child.on('message', (message) => hear(Message.parse(message)))
  const [code] = await once(child, 'exit')
  return code === 0
}

/** A line every second on a terminal, and every half minute where lines stay. */
function progressOf(line: () => string): Disposable {
  const { isTTY, columns } = process.stderr
  const show = () => process.stderr.write(isTTY ? `\r\u001b[K${line().slice(0, columns)}` : `${line()}\n`)
  const timer = setInterval(show, isTTY ? 1_000 : 30_000)
  return {
    [Symbol.dispose]() {
      clearInterval(timer)
      if (isTTY) process.stderr.write('\r\u001b[K')
    },
  }
}

try {
  const options = optionsOf(process.argv.slice(2))
  if (options === undefined) process.stdout.write(HELP)
  else process.exitCode = (await run(options)) ? 0 : 1
} catch (error) {
  process.stderr.write(`${Error.isError(error) ? error.message : String(error)}\n\n${HELP}`)
  process.exitCode = 2
}
