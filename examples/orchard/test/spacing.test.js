import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spacingOf } from '../src/spacing.js'

test('spacing: small rootstocks stand close', () => {
  assert.ok(spacingOf('M9') < spacingOf('MM106') && spacingOf('MM106') < spacingOf('M25'))
})
