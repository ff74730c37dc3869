/**
 * What the release workflow needs to know of a tag, as outputs of a step:
 * `git tag --list | node scripts/release.ts <tag>`.
 *
 *   flag    option for `gh release create`
 *   major   the tag that moves with it (`v1`); empty where it stays
 *   notes   the section of CHANGELOG.md, after checking that tag and package.json agree
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const ROOT = new URL('../', import.meta.url)
const Manifest = z.object({ version: z.string() })

interface Tag {
  readonly name: string
  /** `1.2.3` or `1.2.3-rc.1` */
  readonly version: string
  readonly numbers: readonly number[]
  readonly isPreRelease: boolean
}

export interface Release {
  readonly flag: '--prerelease' | '--latest' | '--latest=false'
  readonly major: string
  readonly notes: string
}

const PATTERN = /^v((\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?)$/

function parsed(name: string): Tag | undefined {
  const [, version, major, minor, patch, pre] = PATTERN.exec(name) ?? []
  if (version === undefined) return undefined
  return { name, version, numbers: [major, minor, patch].map(Number), isPreRelease: pre !== undefined }
}

/** @throws Error for what is no tag of a release. */
export function tagOf(text: string): Tag {
  const tag = parsed(text)
  if (tag === undefined) throw new Error(`"${text}" is no tag of a release: write it as v1.2.3.`)
  return tag
}

/** The text between the heading of a version and the next. @throws Error when there is none. */
export function notesOf(changelog: string, { version }: Pick<Tag, 'version'>): string {
  const [, ...sections] = changelog.split(/^## /m)
  const section = sections.find((text) => text.startsWith(`[${version}]`))
  const notes = section?.slice(section.indexOf('\n')).trim()
  if (notes) return notes
  throw new Error(`CHANGELOG.md says nothing of ${version}: rename "## [Unreleased]" to "## [${version}]".`)
}

/** @param tags all that there are, in any order; what is no release counts for nothing. */
export function releaseOf(tag: Tag, tags: readonly string[], read: (name: string) => string): Release {
  if (!tags.includes(tag.name)) throw new Error(`The list of tags lacks ${tag.name}: fetch all of them.`)
  const { version } = Manifest.parse(JSON.parse(read('package.json')))
  if (version !== tag.version)
    throw new Error(`The tag says ${tag.version}, package.json ${version}: run \`npm version\` first.`)
  const notes = notesOf(read('CHANGELOG.md'), tag)
  if (tag.isPreRelease) return { flag: '--prerelease', major: '', notes }
  const [major = 0] = tag.numbers
  const higher = tags
    .flatMap((name) => parsed(name) ?? [])
    .filter((other) => !other.isPreRelease && isHigher(other, tag))
  return {
    flag: higher.length === 0 ? '--latest' : '--latest=false',
    major: higher.some(({ numbers }) => numbers[0] === major) ? '' : `v${major}`,
    notes,
  }
}

function isHigher({ numbers }: Tag, than: Tag): boolean {
  const differs = numbers.findIndex((number, n) => number !== than.numbers[n])
  return differs !== -1 && (numbers[differs] ?? 0) > (than.numbers[differs] ?? 0)
}

/** @param end a line that is nowhere in the notes. */
export const outputs = ({ flag, major, notes }: Release, end: string): string =>
  `flag=${flag}\nmajor=${major}\nnotes<<${end}\n${notes}\n${end}`

if (import.meta.main) {
  try {
    const tags = readFileSync(0, 'utf8').split('\n')
    const read = (name: string) => readFileSync(new URL(name, ROOT), 'utf8')
    console.log(outputs(releaseOf(tagOf(process.argv[2] ?? ''), tags, read), randomUUID()))
  } catch (error) {
    console.error(Error.isError(error) ? error.message : error)
    process.exitCode = 1
  }
}
