/** Which workflow carries the loop, and whether it can be read. */
import { type Facts, pageOf, shellWord, type WorkflowFile } from './facts.ts'
import { type Finding, fine } from './finding.ts'
import { carriesLoop, type Ours, oursIn, takesLanes, type Workflow, workflowOf } from './workflow.ts'

/** The workflow that the checks are about. */
export interface Subject {
  readonly file: string
  readonly text: string
  readonly workflow: Workflow
  /** `undefined`: nothing in it looks like ours. */
  readonly ours: Ours | undefined
}

export interface Chosen {
  readonly subject: Subject | undefined
  readonly findings: readonly Finding[]
}

const FOLDER = '.github/workflows'

const WRITE =
  '`cms init` writes .github/workflows/cms.yml; then `git add .github .cms && git commit -m "Add a loop"`'

/** Finds it, or says why there is none. */
export function chooseSubject(facts: Facts): Chosen {
  const { workflows, named } = facts
  if (named !== undefined) return chosen(workflows.find(({ file }) => file === named) ?? named, facts)
  const readable = workflows.flatMap((one) => {
    const workflow = readOf(one)
    return workflow === undefined ? [] : [{ one, workflow }]
  })
  const candidates = readable.filter(({ workflow }) => carriesLoop(workflow))
  const carrying = candidates.filter(({ workflow }) => oursIn(workflow) !== undefined && takesLanes(workflow))
  const [first, ...others] = carrying.length > 0 ? carrying : candidates
  if (first !== undefined) {
    const one = chosen(first.one, facts)
    const names = [first, ...others].map(({ one: { file } }) => file)
    return others.length === 0 ? one : { ...one, findings: [several(names), ...one.findings] }
  }
  const broken = workflows.find(
    ({ text, parsed }) => 'because' in parsed && /cms-iterate|\bnonce\b/.test(text),
  )
  return broken === undefined ? none() : chosen(broken, facts)
}

const readOf = ({ parsed }: WorkflowFile): Workflow | undefined =>
  'value' in parsed ? workflowOf(parsed.value) : undefined

const none = (): Chosen => ({
  subject: undefined,
  findings: [
    {
      id: 'workflow-file',
      level: 'error',
      what: `No workflow in ${FOLDER} carries a loop.`,
      why: 'Without one nothing runs on GitHub; a loop in this terminal needs none.',
      fix: WRITE,
    },
  ],
})

const several = (files: readonly string[]): Finding => ({
  id: 'workflow-file',
  level: 'warning',
  what: `Several workflows carry loops: ${files.slice(0, 5).join(', ')}. This is about ${files[0]}.`,
  why: '`cms start` and `cms resume` cannot tell which one to start.',
  fix: `Say which one: \`cms doctor --workflow ${shellWord(files[1] ?? '')}\`, and \`cms start --workflow\` with it.`,
})

function chosen(one: WorkflowFile | string, facts: Facts): Chosen {
  if (typeof one === 'string') return { subject: undefined, findings: [absent(one, facts)] }
  const { file, text, parsed } = one
  const workflow = readOf(one)
  if (workflow !== undefined) {
    const subject = { file, text, workflow, ours: oursIn(workflow, facts.run?.job) }
    return { subject, findings: [fine('workflow-file', `${FOLDER}/${file} can be read.`)] }
  }
  const why = 'because' in parsed ? parsed.because : 'it has no `on` or no `jobs`'
  return {
    subject: undefined,
    findings: [
      {
        id: 'workflow-file',
        level: 'error',
        what: `${FOLDER}/${file} is no workflow: ${why}.`,
        why: 'GitHub starts nothing from it, and says so only when it is asked.',
        fix: `Mend the file, or move it away (\`git mv ${FOLDER}/${shellWord(file)} /tmp\`) and let \`cms init\` write a new one.`,
      },
    ],
  }
}

const absent = (file: string, { place }: Facts): Finding => ({
  id: 'workflow-file',
  level: 'error',
  what: `There is no ${FOLDER}/${file} in this checkout.`,
  why: 'What is not there cannot be looked at, and does not carry the loop.',
  fix: `\`ls ${FOLDER}\` shows what there is${place === undefined ? '' : `; what GitHub knows is at ${pageOf(place, 'actions')}`}.`,
})
