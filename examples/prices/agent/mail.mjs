/** What both sides of the conversation need: to write a message, and to wait for one. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const inbox = process.env.CMS_INBOX
const outbox = process.env.CMS_OUTBOX
const acknowledged = []
let written = 0

export function write(message) {
  const folder = join(outbox, 'messages')
  mkdirSync(folder, { recursive: true })
  written += 1
  writeFileSync(join(folder, `${written}.json`), JSON.stringify(message))
  console.log(`to ${message.to}: ${message.body}`)
}

/** The first message that is wanted; it comes while this program runs. */
export async function next(isWanted, seconds = 40) {
  const until = Date.now() + seconds * 1_000
  while (Date.now() < until) {
    for (const name of readdirSync(inbox).filter((file) => file.endsWith('.json')).sort()) {
      const message = JSON.parse(readFileSync(join(inbox, name), 'utf8'))
      if (acknowledged.includes(message.id) || !isWanted(message)) continue
      acknowledged.push(message.id)
      writeFileSync(join(outbox, 'acks.json'), JSON.stringify(acknowledged))
      console.log(`from ${message.from}: ${message.body}`)
      return message
    }
    await sleep(100)
  }
  throw new Error('nobody wrote')
}
