/** Asks the shop for its unit, waits for the answer, says thank you, and works with it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { next, write } from './mail.mjs'

write({ to: 'shop', body: 'Which unit do your amounts have?' })
const { id, body } = await next(({ from }) => from === 'shop')
write({ to: 'shop', body: 'Thank you.', reply_to: id })
const unit = /[A-Z]{3}/.exec(body)?.[0] ?? ''
mkdirSync('src', { recursive: true })
writeFileSync('src/invoice.js', `export const amount = { value: 120, unit: '${unit}' }\n`)
