/**
 * What linters say of our workflows and we do not follow, with the reason. A finding that is not
 * here is an error, and so is an entry that no finding needs any more.
 */

export interface Finding {
  readonly tool: 'actionlint' | 'zizmor' | 'language service'
  /** As in scripts/workflows.ts. */
  readonly file: string
  readonly line: number
  readonly rule: string
  readonly text: string
}

export interface Accepted {
  readonly tool: Finding['tool']
  readonly files: RegExp
  readonly rule: string
  /** Part of what is said. */
  readonly says: RegExp
  readonly because: string
}

export const ACCEPTED: readonly Accepted[] = [
  {
    tool: 'zizmor',
    files: /^(examples\/|README|cms init\/)/,
    rule: 'unpinned-uses',
    says: /actions\/(checkout@v7|create-github-app-token@v3)|OWNER\/cms-iterate(\/\.github\/workflows\/loop\.yml)?@v1/,
    because:
      'What people copy names the moving tag, so that they get fixes; whoever pins lets a bot pin. OWNER cannot be pinned.',
  },
  {
    tool: 'zizmor',
    files: /^\.github\/workflows\/dogfood\.yml$/,
    rule: 'self-repository',
    says: /\.\//,
    because: 'It runs the action of its own checkout, which `$/` does not need; act knows only `./`.',
  },
  {
    tool: 'zizmor',
    files: /^examples\/workflows\/comment\.yml$/,
    rule: 'dangerous-triggers',
    says: /issue_comment/,
    because:
      'Comments are what it is for. It asks what their author may do, checks nothing out, and hands words on as data.',
  },
  {
    tool: 'actionlint',
    files: /app-token\.yml$/,
    rule: 'action',
    says: /"app-id" which is required|"client-id" is not defined/,
    because: 'Its list of actions is older than create-github-app-token v3.2, which takes `client-id`.',
  },
  {
    tool: 'actionlint',
    files: /^\.github\/workflows\/loop\.yml$/,
    rule: 'action',
    says: /"\$\/\.github\/actions\/cms" in invalid format/,
    because: "It does not know GitHub's syntax for actions of the workflow's own repository (July 2026).",
  },
  {
    tool: 'actionlint',
    files: /^\.github\/workflows\/loop\.yml$/,
    rule: 'syntax-check',
    says: /unexpected key "cache-mode" for "job"/,
    because: 'It does not know the key with which a job gives up writing to the cache (September 2026).',
  },
  {
    tool: 'language service',
    // Of callers, too: it reads what they call.
    files: /^\.github\/workflows\/loop\.yml$|walled\.yml$/,
    rule: '',
    says: /^Unexpected value 'cache-mode'$/,
    because: 'Its newest version (0.3.61, August 2026) is older than the key (September 2026).',
  },
]

/** What is wrong with these findings of one tool: those nobody accepted, and acceptances without a finding. */
export function judge(tool: Finding['tool'], findings: readonly Finding[]): string[] {
  const fits = (accepted: Accepted) => (finding: Finding) =>
    accepted.rule === finding.rule && accepted.files.test(finding.file) && accepted.says.test(finding.text)
  const own = ACCEPTED.filter((accepted) => accepted.tool === tool)
  const open = findings.filter((finding) => !own.some((accepted) => fits(accepted)(finding)))
  const stale = own.filter((accepted) => !findings.some(fits(accepted)))
  return [
    ...open.map(({ file, line, rule, text }) => `${file}:${line}: ${text} [${tool}: ${rule}]`),
    ...stale.map(({ rule, files }) => `nothing to accept any more: ${tool}: ${rule} in ${files.source}`),
  ]
}
