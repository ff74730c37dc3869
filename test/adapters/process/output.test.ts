import { describe, expect, test } from '@jest/globals'
import { Lines, Tail } from '../../../src/adapters/process/output.ts'

function linesOf(chunks: readonly (string | Buffer)[], longest?: number): string[] {
  const found: string[] = []
  const lines = new Lines((line) => found.push(line), longest)
  for (const chunk of chunks) lines.push(Buffer.from(chunk))
  lines.end()
  return found
}

describe('lines', () => {
  test.each<[string, readonly (string | Buffer)[], readonly string[]]>([
    ['in one chunk', ['a\nb\n'], ['a', 'b']],
    ['over chunks', ['a', 'b\nc', '\n'], ['ab', 'c']],
    ['without an end', ['a\nb'], ['a', 'b']],
    ['empty ones', ['\n\na\n'], ['', '', 'a']],
    ['of Windows', ['a\r\nb\r\n'], ['a', 'b']],
    ['nothing', [], []],
    ['a character cut in two', [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)], ['é']],
    ['not UTF-8', [Buffer.from([0xff, 0x0a, 0x00, 0x0a])], ['\ufffd', '\0']],
  ])('%s', (_, chunks, expected) => {
    expect(linesOf(chunks)).toEqual(expected)
  })

  test('too long ones are cut, and the next is whole again', () => {
    expect(linesOf(['abc', 'def', 'ghi\nxyz\n'], 4)).toEqual(['abcd', 'xyz'])
  })
})

describe('a tail', () => {
  test.each([
    [['abc'], 'abc'],
    [['abc', 'def', 'ghi'], 'fghi'],
    [['abcdefghij'], 'ghij'],
    [['éé', 'é'], 'éé'],
    [['xéé', 'z'], 'éz'],
    [[], ''],
  ])('%j keeps %j', (chunks, expected) => {
    const tail = new Tail(4)
    for (const chunk of chunks) tail.push(Buffer.from(chunk))
    expect(tail.text()).toBe(expected)
  })

  test('many small pieces', () => {
    const tail = new Tail(4)
    for (let n = 0; n < 10_000; n += 1) tail.push(Buffer.from(String(n % 10)))
    expect(tail.text()).toBe('6789')
  })
})
