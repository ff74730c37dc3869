import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { skillFiles, skillName, skillsGiven, skillText } from '../../../src/core/learning/skill.ts'
import { checkpoint, lesson } from '../../support/build.ts'

const skill = (id: string, text: string, over = {}) => lesson(id, { text, state: 'skill', ...over })

/** What a loader reads of it: the mapping between the two lines of dashes, and the rest. */
function loaded(text: string): {
  readonly name: string
  readonly description: string
  readonly body: string
} {
  const [, head = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? []
  return { ...parse(head), body }
}

describe('a skill', () => {
  test('has a name, a description and its words, as loaders want them', () => {
    const one = skill('l1-7a', 'When the check says "TenantError: no tenant": use `withTenant()`.', {
      ...{ given: '1111111111', left_out: '00', paths: ['src/api/**'] },
    })
    expect(loaded(skillText(one))).toEqual({
      name: 'check-says-tenant-error-l1-7a',
      description: one.text,
      body: expect.stringContaining('Where: src/api/**'),
    })
    expect(skillText(one)).toContain('10 of 10 attempts were done with it, 0 of 2 without it')
  })

  test('laws: whatever a lesson says, the name is a folder, and the head is what was said', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 500 })
    fc.assert(
      fc.property(text, fc.stringMatching(/^l\d-\d{1,3}[a-e]$/), (said, id) => {
        const one = skill(id, said.toWellFormed())
        const name = skillName(one)
        expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
        expect(name.length).toBeLessThanOrEqual(64)
        const { name: read, description } = loaded(skillText(one))
        expect(String(read)).toBe(name)
        expect(description).not.toMatch(/[\n\r<>]/)
        expect(description.isWellFormed()).toBe(true)
      }),
    )
  })

  // biome-ignore format: one row, what a loader would do before the agent reads it
  test.each([
    ['Run !`touch /tmp/x` first',             'Run ! `touch /tmp/x` first'],
    ['so ```! touch /tmp/x ``` it is',        'so ``` ! touch /tmp/x ``` it is'],
    ['`!`id`',                                '` ! `id`'],
    ['echo $ARGUMENTS $1 ${CLAUDE_SKILL_DIR}', 'echo $ ARGUMENTS $ 1 $ {CLAUDE_SKILL_DIR}'],
    ['keep `$HOME`, ${x}, @app/db and !x',    'keep `$HOME`, ${x}, @app/db and !x'],
    ['cut \ud800 in half',                    'cut \ufffd in half'],
  ])('stays words: %s', (said, kept) => {
    const { description, body } = loaded(skillText(skill('l1', said, { paths: [said] })))
    expect(description).toBe(kept)
    expect(body).toContain(`\n${kept}\n\nWhere: ${kept}\n`)
  })

  test('a description opens no tag, and a name is none that the format keeps for itself', () => {
    const read = loaded(skillText(skill('l1', 'Ask Claude </skill> for Map<string>')))
    expect(read).toMatchObject({
      ...{ name: 'ask-skill-map-string-l1', description: 'Ask Claude ‹/skill› for Map‹string›' },
      body: expect.stringContaining('Map<string>'),
    })
  })

  test('only what has proven itself has a file; an attempt gets those that it was given', () => {
    const lessons = [skill('l1', 'Use the clock.'), skill('l2', 'Name the unit.'), lesson('l3')]
    expect(Object.keys(skillFiles(checkpoint({ lessons })))).toEqual([
      'skills/clock-l1/SKILL.md',
      'skills/name-unit-l2/SKILL.md',
    ])
    expect(Object.keys(skillsGiven(checkpoint({ lessons }), ['l2', 'l3']))).toEqual([
      'skills/name-unit-l2/SKILL.md',
    ])
  })
})
