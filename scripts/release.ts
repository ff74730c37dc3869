/**
 * What the release workflow needs to know of a tag: `node scripts/release.ts <what> <tag>`.
 *
 *   notes   the section of CHANGELOG.md, after checking that tag and package.json agree
 *   flags   options for `gh release create`
 *   major   the tag that moves with it (`v1`); nothing for a pre-release
 */
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const ROOT = new URL('../', import.meta.url)
const Manifest = z.object({ version: z.string() })

interface Tag {
  /** `1.2.3` or `1.2.3-rc.1` */
  readonly version: string
  readonly major: string
  readonly isPreRelease: boolean
}

/** @throws Error for what is no tag of a release. */
export function tagOf(text: string): Tag {
  const [, version, number, pre] = /^v((\d+)\.\d+\.\d+(-[0-9A-Za-z.-]+)?)$/.exec(text) ?? []
  if (version === undefined) throw new Error(`"${text}" is no tag of a release: write it as v1.2.3.`)
  return { version, major: `v${number}`, isPreRelease: pre !== undefined }
}

/** The text between the heading of a version and the next. @throws Error when there is none. */
export function notesOf(changelog: string, { version }: Pick<Tag, 'version'>): string {
  const [, ...sections] = changelog.split(/^## /m)
  const section = sections.find((text) => text.startsWith(`[${version}]`))
  const notes = section?.slice(section.indexOf('\n')).trim()
  if (notes) return notes
  throw new Error(`CHANGELOG.md says nothing of ${version}: rename "## [Unreleased]" to "## [${version}]".`)
}

/** What is printed. */
export function answer(what: string, tag: Tag, read: (name: string) => string): string {
  if (what === 'major') return tag.isPreRelease ? '' : tag.major
  if (what === 'flags') return tag.isPreRelease ? '--prerelease' : '--latest'
  if (what !== 'notes') throw new Error(`"${what}" is not known; there are notes, flags and major.`)
  const { version } = Manifest.parse(JSON.parse(read('package.json')))
  if (version !== tag.version)
    throw new Error(`The tag says ${tag.version}, package.json ${version}: run \`npm version\` first.`)
  return notesOf(read('CHANGELOG.md'), tag)
}

if (import.meta.main) {
  const [what = '', tag = ''] = process.argv.slice(2)
  try {
    console.log(answer(what, tagOf(tag), (name) => readFileSync(new URL(name, ROOT), 'utf8')))
  } catch (error) {
    console.error(Error.isError(error) ? error.message : error)
    process.exitCode = 1
  }
}
