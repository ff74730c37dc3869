/** Lets `actionlint` and `zizmor` judge every workflow of this repository: `npm run lint:workflows`. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { type Finding, judge } from './accepted-findings.ts'
import { needTool } from './tools.ts'
import { type WorkflowSource, workflows } from './workflows.ts'

/** Files under names of their own, and the way back from those to the workflows. */
interface LaidOut extends Disposable {
  readonly folder: string
  readonly files: readonly string[]
  readonly nameOf: (file: string) => string
}

function layOut(all: readonly WorkflowSource[]): LaidOut {
  const root = mkdtempSync(join(tmpdir(), 'cms-lint-'))
  const folder = join(root, '.github/workflows')
  mkdirSync(folder, { recursive: true })
  const files = all.map(({ text }, n) => {
    writeFileSync(join(folder, `${n}.yml`), text)
    return `.github/workflows/${n}.yml`
  })
  return {
    folder: root,
    files,
    nameOf: (file) => all[Number(basename(file, '.yml'))]?.name ?? file,
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** What a tool printed. @throws Error when it did not get as far as judging. */
function printed(
  file: string,
  args: readonly string[],
  { cwd, codes }: { cwd: string; codes: number[] },
): string {
  const ran = spawnSync(file, args, { cwd, encoding: 'utf8', maxBuffer: 1e8 })
  if (ran.status === null || !codes.includes(ran.status))
    throw new Error(`${file} ended with ${ran.status}: ${ran.stderr}${ran.error?.message ?? ''}`)
  return ran.stdout
}

const ActionlintFinding = z.object({
  message: z.string(),
  filepath: z.string(),
  line: z.int(),
  kind: z.string(),
})

/** Without its own helpers: whether a machine has shellcheck must not change the answer. */
function actionlint({ folder, files, nameOf }: LaidOut): Finding[] {
  const args = ['-format', '{{json .}}', '-shellcheck=', '-pyflakes=', '-config-file', '/dev/null', ...files]
  const said = printed(needTool('actionlint'), args, { cwd: folder, codes: [0, 1] })
  return z
    .array(ActionlintFinding)
    .parse(JSON.parse(said))
    .map(({ message, filepath, line, kind }) => ({
      ...{ tool: 'actionlint' as const, file: nameOf(filepath), line, rule: kind, text: message },
    }))
}

const ZizmorFinding = z.object({
  ident: z.string(),
  desc: z.string(),
  locations: z.array(
    z.object({
      symbolic: z.object({
        key: z.object({ Local: z.object({ verbatim_path: z.string() }) }),
        kind: z.string(),
      }),
      concrete: z.object({
        location: z.object({ start_point: z.object({ row: z.int() }) }),
        feature: z.string(),
      }),
    }),
  ),
})

/** Offline: what it knows, it knows from the files. */
function zizmor({ folder, files, nameOf }: LaidOut): Finding[] {
  const args = ['--offline', '--no-config', '--strict-collection', '--format', 'json', '--quiet', ...files]
  const said = printed(needTool('zizmor'), args, { cwd: folder, codes: [0, 10, 11, 12, 13, 14] })
  return z
    .array(ZizmorFinding)
    .parse(JSON.parse(said))
    .flatMap(({ ident, desc, locations }) =>
      locations
        .filter(({ symbolic }) => symbolic.kind === 'Primary')
        .map(({ symbolic, concrete }) => ({
          tool: 'zizmor' as const,
          file: nameOf(symbolic.key.Local.verbatim_path),
          line: concrete.location.start_point.row + 1,
          rule: ident,
          text: `${desc}: ${concrete.feature}`,
        })),
    )
}

const all = workflows()
using laidOut = layOut(all)
const wrong = [...judge('actionlint', actionlint(laidOut)), ...judge('zizmor', zizmor(laidOut))]
for (const line of wrong) process.stdout.write(`${line}\n`)
process.stdout.write(`${all.length} workflows, ${wrong.length} findings that nobody accepted\n`)
process.exitCode = wrong.length === 0 ? 0 : 1
