/** Every module loads, and the package exports what its README names. */
import assert from 'node:assert/strict'
import * as textkit from '../src/index.js'

const promised = ['catalogue', 'excerpt', 'parseCsv', 'readingTime', 'slugify', 'toCsv', 'words']
for (const name of promised) assert.equal(typeof textkit[name], 'function', `${name} is not exported`)
