/** A process that fuzzes one target: a part of its seeds, or its hostile inputs, and tells whoever started it. */
import { hunt } from './judging.ts'
import { measured } from './memory.ts'
import { type Message, Task } from './messages.ts'
import { reduced } from './reduced.ts'
import { targetNamed } from './targets.ts'

const task = Task.parse(JSON.parse(process.argv[2] ?? ''))
const tell = (message: Message): void => {
  process.send?.(message)
}

const target = targetNamed(task.target)
await using opened = await target.open()
if (task.kind === 'hostile') {
  for (const one of await measured(target, opened, task.most)) tell({ is: 'hostile', ...one })
} else {
  const tally = await hunt(target, opened, task, ({ accepted, rejected }) =>
    tell({ is: 'progress', done: accepted + rejected }),
  )
  for (const finding of tally.found) tell({ is: 'found', ...(await reduced(target, opened, finding)) })
  const { accepted, rejected, slowest } = tally
  tell({ is: 'tally', accepted, rejected, slowest, rss: process.resourceUsage().maxRSS / 1_024 })
}
