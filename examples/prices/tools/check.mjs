/** Every file of `src` has an amount, and every amount has a unit. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = 'src'
let wrong = 0
for (const file of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
  const { amount } = await import(pathToFileURL(join(process.cwd(), folder, file)).href)
  if (typeof amount?.value === 'number' && typeof amount.unit === 'string') continue
  console.error(`UnitError: an amount says no unit (${folder}/${file})`)
  wrong += 1
}
console.log(wrong === 0 ? 'every amount has a unit' : `${wrong} amounts are wrong`)
process.exitCode = wrong === 0 ? 0 : 1
