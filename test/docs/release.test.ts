import { expect, test } from '@jest/globals'
import { answer, notesOf, tagOf } from '../../scripts/release.ts'

const CHANGELOG =
  '# Changelog\n\n## [Unreleased]\n\n## [1.2.0]\n\n### Added\n\n- A thing.\n\n## [1.1.0]\n\n- Old.\n'
const read = (name: string) => (name === 'CHANGELOG.md' ? CHANGELOG : '{ "version": "1.2.0" }')

test.each([
  ['v1.2.0', 'v1', '--latest'],
  ['v12.0.1', 'v12', '--latest'],
  ['v2.0.0-rc.1', '', '--prerelease'],
])('%s moves "%s", and is released with %s', (text, major, flags) => {
  const tag = tagOf(text)
  expect([answer('major', tag, read), answer('flags', tag, read)]).toEqual([major, flags])
})

test('the notes are the section of the changelog', () => {
  expect(answer('notes', tagOf('v1.2.0'), read)).toBe('### Added\n\n- A thing.')
  expect(notesOf(CHANGELOG, { version: '1.1.0' })).toBe('- Old.')
})

test.each([
  ['1.2.0', /no tag of a release/],
  ['v1.2', /no tag of a release/],
  ['v1.2.0;ls', /no tag of a release/],
  ['v1.3.0', /package\.json 1\.2\.0/],
])('%s is refused', (text, because) => {
  expect(() => answer('notes', tagOf(text), read)).toThrow(because)
})

test.each(['1.3.0', 'Unreleased', '1.2'])('the changelog says nothing of %s', (version) => {
  expect(() => notesOf(CHANGELOG, { version })).toThrow(/says nothing/)
})
