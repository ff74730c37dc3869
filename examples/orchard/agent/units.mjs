/**
 * Renames a function together with everybody who calls it now. A module that another agent adds
 * at the same time is not among them: the two merge without a conflict, and the merged tree does not
 * load. The next attempt finds that module like all the others.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { publish, read, report, write } from './desk.mjs'

const OLD = /\bkg\b/g
const renamed = []
for (const name of readdirSync('src').sort()) {
  const file = join('src', name)
  const before = read(file)
  const after = before.replace(OLD, 'kilograms')
  if (after === before) continue
  write(file, after)
  renamed.push(file)
}
publish({ area: 'Measures', module: 'units', says: 'kilograms from grams, under a name that can be public.' })

// The tasks that need this one import it from here, whatever it is called.
report(`kg() is called kilograms() now; renamed in ${renamed.join(', ') || 'no file more'}.`, {
  module: './units.js',
  function: 'kilograms',
})
