import { expect, test } from '@jest/globals'
import { notesOf, outputs, releaseOf, tagOf } from '../../scripts/release.ts'

const CHANGELOG =
  '# Changelog\n\n## [Unreleased]\n\n## [1.2.0]\n\n### Added\n\n- A thing.\n\n## [1.1.0]\n\n- Old.\n'

/** A repository at a version, with its section in the changelog. */
const at = (version: string) => (name: string) =>
  name === 'CHANGELOG.md' ? `## [${version}]\n\n- A thing.\n` : JSON.stringify({ version })

const release = (name: string, others: readonly string[] = []) =>
  releaseOf(tagOf(name), [name, ...others], at(name.slice(1)))

// biome-ignore format: one row, one case
test.each<[name: string, others: string[], major: string, flag: string]>([
  ['v1.2.0',      [],                                  'v1',  '--latest'],
  ['v12.0.1',     ['v2.9.9', 'v12.0.0'],               'v12', '--latest'],
  ['v1.10.0',     ['v1.9.0', 'v1.9.12'],               'v1',  '--latest'],
  ['v1.2.9',      ['v1.3.0', 'v1.2.8'],                '',    '--latest=false'],
  ['v1.9.9',      ['v1.10.0'],                         '',    '--latest=false'],
  ['v1.4.0',      ['v1.3.0', 'v2.0.0'],                'v1',  '--latest=false'],
  ['v0.9.1',      ['v1.0.0', 'v0.9.0'],                'v0',  '--latest=false'],
  ['v1.2.0',      ['v1.3.0-rc.1', 'v2.0.0-rc.1'],      'v1',  '--latest'],
  ['v1.2.0',      ['v1', 'v9', 'nightly', '', 'v9.9'], 'v1',  '--latest'],
  ['v2.0.0-rc.1', ['v1.2.0'],                          '',    '--prerelease'],
])('%s beside %j moves "%s", and is released with %s', (name, others, major, flag) => {
  expect(release(name, others)).toMatchObject({ major, flag })
})

test('the notes are the section of the changelog', () => {
  expect(notesOf(CHANGELOG, { version: '1.2.0' })).toBe('### Added\n\n- A thing.')
  expect(notesOf(CHANGELOG, { version: '1.1.0' })).toBe('- Old.')
})

test('outputs are in the form of the runner, over several lines', () => {
  const notes = '- One.\n- major=v9'
  expect(outputs({ flag: '--latest', major: 'v1', notes }, 'END')).toBe(
    'flag=--latest\nmajor=v1\nnotes<<END\n- One.\n- major=v9\nEND',
  )
})

test.each(['1.2.0', 'v1.2', 'v1.2.0;ls', 'v1.2.0\nmajor=v9', ''])('%j is no tag of a release', (text) => {
  expect(() => tagOf(text)).toThrow(/no tag of a release/)
})

test('a tag that package.json does not know is refused, and one that the list lacks', () => {
  expect(() => releaseOf(tagOf('v1.3.0'), ['v1.3.0'], at('1.2.0'))).toThrow(/package\.json 1\.2\.0/)
  expect(() => releaseOf(tagOf('v1.2.0'), ['v1.1.0'], at('1.2.0'))).toThrow(/list of tags lacks v1\.2\.0/)
})

test.each(['1.3.0', 'Unreleased', '1.2'])('the changelog says nothing of %s', (version) => {
  expect(() => notesOf(CHANGELOG, { version })).toThrow(/says nothing/)
})
