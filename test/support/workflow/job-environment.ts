/** The environment of the steps of a job, as the runner sets it. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobFrame } from './job-frame.ts'
import type { Services } from './services.ts'

/** Where a job works. Every job has its own. */
export interface Places {
  readonly folder: string
  readonly workspace: string
  readonly temp: string
}

/** Makes the folders of a job. */
export async function layOut(folder: string, repository: string): Promise<Places> {
  const [, name = ''] = repository.split('/')
  const workspace = join(folder, 'work', name, name)
  const temp = join(folder, 'work', '_temp')
  await mkdir(workspace, { recursive: true })
  await mkdir(join(temp, '_github_workflow'), { recursive: true })
  await mkdir(join(folder, 'work', '_tool'), { recursive: true })
  return { folder, workspace, temp }
}

/** `github`, `job` and `runner` as expressions of this job see them. */
export function jobContexts(frame: JobFrame, places: Places, token: string): Record<string, unknown> {
  const { source, path } = frame.file
  return {
    github: { ...frame.github, token, job: frame.spec.id, workspace: places.workspace },
    job: {
      workflow_ref: `${source.slug}/${path}@${source.ref}`,
      workflow_sha: source.sha,
      workflow_repository: source.slug,
      workflow_file_path: path,
    },
    runner: {
      os: 'Linux',
      arch: 'X64',
      name: 'loopback',
      environment: 'github-hosted',
      temp: places.temp,
      tool_cache: join(places.folder, 'work', '_tool'),
    },
    strategy: { 'fail-fast': true, 'job-index': 0, 'job-total': 1, 'max-parallel': 1 },
    matrix: null,
  }
}

/** What every step of a job gets. Writes the event. */
export async function baseEnvironment(
  { server, bin }: Services,
  frame: JobFrame,
  places: Places,
): Promise<Record<string, string>> {
  const event = join(places.temp, '_github_workflow', 'event.json')
  await writeFile(event, JSON.stringify(frame.github['event']))
  const known = ['workflow', 'workflow_ref', 'workflow_sha', 'run_number', 'sha', 'ref', 'ref_name', 'actor']
  const own = known.map((name) => [`GITHUB_${name.toUpperCase()}`, String(frame.github[name])])
  return {
    ...(await server.environmentOf(frame.run)),
    ...Object.fromEntries(own),
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: places.folder,
    LANG: 'C.UTF-8',
    CI: 'true',
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: 'X64',
    RUNNER_NAME: 'loopback',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_TEMP: places.temp,
    RUNNER_TOOL_CACHE: join(places.folder, 'work', '_tool'),
    GITHUB_SERVER_URL: String(frame.github['server_url']),
    GITHUB_WORKSPACE: places.workspace,
    GITHUB_JOB: frame.spec.id,
    GITHUB_EVENT_PATH: event,
  }
}
