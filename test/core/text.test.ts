import { expect, test } from '@jest/globals'
import { byteLength, clip, oneLine, printable, tailLines } from '../../src/core/text.ts'

test.each([
  ['short', 'short'],
  ['exactly ten', 'exactly…'],
  ['ééééé', 'ééééé'],
  ['éééééé', 'ééé…'],
  ['🙂🙂🙂', '🙂…'],
])('%j in ten bytes is %j', (text, clipped) => {
  expect(clip(text, 10)).toBe(clipped)
  expect(byteLength(clipped)).toBeLessThanOrEqual(10)
})

test('one line has nothing that a terminal or a trailer would take for more', () => {
  expect(oneLine(' a\u001b[31mb\r\nc\u0007\td\u2028e\u202e ')).toBe('a b c d e')
})

test.each([
  ['of no width', 'a\u200bb\u2060c\ufeffd', 'a b c d'],
  ['that turn the direction', 'a\u200eb\u200fc\u061cd\u202ee\u2067f', 'a b c d e f'],
  ['of tags', 'a\u{e0049}\u{e0067}b', 'a  b'],
  ['that join others are seen', '👩\u200d🚀 می\u200cخواهم ❤\ufe0f', '👩\u200d🚀 می\u200cخواهم ❤\ufe0f'],
])('characters %s', (_, text, printed) => {
  expect(printable(text)).toBe(printed)
})

test('the last lines are those that say something', () => {
  expect(tailLines('one\n\ntwo\n  \nthree\n\n', 2)).toEqual(['two', 'three'])
  expect(tailLines('\n', 2)).toEqual([])
})
