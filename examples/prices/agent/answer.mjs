/** Answers the one question that comes, and is still at work when it is thanked. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { next, write } from './mail.mjs'

const unit = 'CHF'
const { id, from } = await next(({ body }) => body.includes('unit'))
write({ to: from, body: `They are in ${unit}.`, reply_to: id })
await next(({ body }) => body === 'Thank you.')
mkdirSync('src', { recursive: true })
writeFileSync('src/shop.js', `export const amount = { value: 42, unit: '${unit}' }\n`)
