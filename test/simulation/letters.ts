/** What simulated agents write to each other, read, and take as read: now and then too much, or what is not theirs. */
import { z } from 'zod'
import type { OutboxFile } from '../../src/core/outbox.ts'
import { type Choosing, chanceOf } from '../support/chance.ts'

/** The stream of a life's letters. No two of them say the same. */
export class Post {
  readonly chance: Choosing
  #written = 0

  constructor(seed: number) {
    this.chance = chanceOf(seed ^ 0x3a11)
  }

  words(): string {
    this.#written += 1
    return `letter ${this.#written}.`
  }
}

/** What lies on the desk of an agent. */
export interface Desktop {
  /** Its outbox: what is added to it is left. */
  readonly left: OutboxFile[]
  /** `$CMS_CONTEXT` */
  readonly context: string
}

/** What no run may ever persist; the same as in `agents.ts`. */
const SECRET = 'hunter2-correct-horse-battery-staple'

const Told = z.looseObject({
  messages: z.array(z.looseObject({ id: z.string() })).default([]),
  tasks: z.array(z.looseObject({ id: z.string() })).default([]),
})

export function writeLetters(post: Post, { left, context }: Desktop): void {
  const { chance } = post
  const { messages, tasks } = Told.parse(JSON.parse(context))
  const receivers = ['*', 'human', 'nobody', ...tasks.map(({ id }) => id)]
  const count = chance.is(0.03) ? 30 : chance.is(0.5) ? chance.upTo(1, 3) : 0
  for (let n = 0; n < count; n++) {
    const isLong = chance.is(0.05)
    const body = `${post.words()}${isLong ? 'x'.repeat(3_900) : ''}${chance.is(0.03) ? SECRET : ''}`
    const answer = chance.is(0.3) && messages.length > 0 ? { reply_to: chance.one(messages).id } : {}
    const letter = { to: chance.one(receivers), body, ...answer }
    left.push({ path: `messages/${n}.json`, text: JSON.stringify(letter) })
  }
  if (chance.is(0.05)) left.push({ path: 'messages/half.json', text: '{"to": "*", "bo' })
  const read = messages.filter(() => chance.is(0.7)).map(({ id }) => id)
  if (chance.is(0.2)) read.push(`m${chance.upTo(1, 40)}`)
  if (read.length > 0) left.push({ path: 'acks.json', text: JSON.stringify(read) })
}
