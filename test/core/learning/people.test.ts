import { describe, expect, test } from '@jest/globals'
import { LoopError } from '../../../src/core/error.ts'
import { hearOfLesson, type LessonWord } from '../../../src/core/learning/people.ts'
import { lessonLines } from '../../../src/core/learning/tell.ts'
import { reduce } from '../../../src/core/reduce.ts'
import { AT, checkpoint, lesson } from '../../support/build.ts'

const before = checkpoint({
  seq: 41,
  lessons: [
    lesson('l1', { given: '0011', uses: 4, state: 'retired', because: 'It does not help.' }),
    lesson('l2', { given: '1111', left_out: '0', uses: 4, state: 'skill', text: 'Use the clock.' }),
    lesson('l3', { pinned: true }),
  ],
})

const MANY = Array.from({ length: 12 }, (_, n) => `src/${n}/**`)

const after = (word: LessonWord) => hearOfLesson(before, word, AT).events.reduce(reduce, before).lessons

describe('what people say of lessons', () => {
  test('pinned: it is given again, whatever was said of it', () => {
    expect(after({ say: 'pin', lesson: 'l1' })[0]).toMatchObject({ pinned: true, state: 'open', given: '' })
    expect(after({ say: 'pin', lesson: 'l2' })[1]).toMatchObject({
      pinned: true,
      state: 'skill',
      given: '1111',
    })
    expect(after({ say: 'unpin', lesson: 'l3' })[2]).not.toHaveProperty('pinned')
  })

  test('edited: new words, whose record begins anew', () => {
    const edited = after({ say: 'edit', lesson: 'l2', text: ' Use the  clock of the tests. ' })[1]
    expect(edited).toMatchObject({ text: 'Use the clock of the tests.', state: 'open', given: '', uses: 0 })
  })

  test('dropped: it is gone', () => {
    expect(after({ say: 'drop', lesson: 'l2' }).map(({ id }) => id)).toEqual(['l1', 'l3'])
  })

  test('added: for the paths that they name, or wherever it fits', () => {
    const added = after({ say: 'add', text: 'Run codegen.', paths: ['src/**'] }).at(-1)
    expect(added).toMatchObject({ id: 'p1-41', scope: 'paths', source: 'person', pinned: true })
    for (const paths of [[], [''], [' \n']])
      expect(after({ say: 'add', text: 'Run codegen.', paths }).at(-1)).toMatchObject({ scope: 'loop' })
    const odd = ['src/\u001b[31m\n**', 'src/ **', '', '*'.repeat(300), ...MANY.slice(0, 8)]
    expect(after({ say: 'add', text: 'Run codegen.', paths: odd }).at(-1)?.paths).toEqual([
      ...['src/ **', '*'.repeat(300), ...MANY.slice(0, 8)],
    ])
  })

  // biome-ignore format: one row, one slip
  test.each([
    [{ say: 'pin', lesson: 'l9' },                    'unknown-lesson', /no lesson "l9".*l1, l2, l3/],
    [{ say: 'edit', lesson: 'l1', text: ' ' },        'bad-input', /says nothing/],
    [{ say: 'add', text: 'x'.repeat(600), paths: [] }, 'bad-input', /600 characters/],
    [{ say: 'add', text: 'Skip the tests.', paths: [] }, 'bad-input', /checks/],
    [{ say: 'add', text: 'use  the CLOCK', paths: [] }, 'bad-input', /l2 says the same/],
    [{ say: 'add', text: 'y', paths: MANY.slice(0, 11) }, 'bad-input', /11 paths; 10 are the limit/],
    [{ say: 'add', text: 'y', paths: ['x'.repeat(301)] }, 'bad-input', /301 characters is too long; 300/],
    [{ say: 'add', text: 'y', paths: ['*a'.repeat(9)] }, 'bad-input', /more than 8 asterisks/],
  ] as const)('%j: an error that says what to do', (word, code, message) => {
    expect(() => hearOfLesson(before, word, AT)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message), hint: expect.stringMatching(/\w/) }),
    )
    expect(() => hearOfLesson(before, word, AT)).toThrow(LoopError)
  })

  test('the list has what is proven first, each with its record', () => {
    expect(lessonLines(before)).toEqual([
      'l2  skill  Use the clock.',
      '    loop · from an agent at a · 4 of 4 attempts were done with it, 0 of 1 without it',
      'l3  lesson, pinned  when l3, do it',
      '    loop · from an agent at a · not used yet',
      'l1  retired  when l1, do it',
      '    loop · from an agent at a · 2 of 4 attempts were done with it, never left out',
      '    It does not help.',
    ])
  })
})
