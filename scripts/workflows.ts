/** Every workflow that is in this repository, wherever it is written, for those who judge them. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { FORMS, SCAFFOLD_AGENTS, type Visibility, workflowText } from '../src/core/scaffold-workflow.ts'

const ROOT = join(import.meta.dirname, '..')

export interface WorkflowSource {
  /** A path, or where in it: `README.md#1.yml`, `cms init/claude-walled.yml`. */
  readonly name: string
  readonly text: string
}

/** Files, what documents show, and what `cms init` writes. */
export const workflows = (): WorkflowSource[] => [...filed(), ...shown(), ...scaffolded()]

const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8')

const filed = (): WorkflowSource[] =>
  globSync(['.github/workflows/*.yml', 'examples/workflows/*.yml'], { cwd: ROOT })
    .toSorted()
    .map((name) => ({ name, text: read(name) }))

/** Blocks of documents that are whole workflows; parts of one cannot be judged alone. */
const shown = (): WorkflowSource[] =>
  globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: ROOT })
    .toSorted()
    .flatMap((name) =>
      [...read(name).matchAll(/^```ya?ml\n(.*?)^```$/gms)]
        .map(([, text = '']) => text)
        .filter(isWorkflow)
        .map((text, n) => ({ name: `${name}#${n + 1}.yml`, text })),
    )

function isWorkflow(text: string): boolean {
  const value: unknown = parse(text)
  return typeof value === 'object' && value !== null && 'on' in value && 'jobs' in value
}

const scaffolded = (): WorkflowSource[] =>
  FORMS.flatMap((form) => {
    const of = (name: string, text: string) => ({ name: `cms init/${name}-${form}.yml`, text })
    const seen: readonly Visibility[] = ['public', 'private']
    return [
      ...SCAFFOLD_AGENTS.map((agent) => of(agent, workflowText(agent, { form }))),
      ...seen.map((visibility) => of(visibility, workflowText('claude', { form, visibility }))),
      of('runner', workflowText('claude', { form, runsOn: 'self-hosted' })),
      of('labels', workflowText('claude', { form, runsOn: '[self-hosted, linux]' })),
    ]
  })
