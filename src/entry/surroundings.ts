/** Our own environment, and the two ways of running git in it. */
import { Git } from '../adapters/git/git.ts'

export type Variables = Readonly<Record<string, string>>

/** The current environment without its unset names. */
export const variables = (): Variables =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )

/** The harness's git for a given environment. */
export const harnessGit = (env: Variables): Git => new Git({ env })

/** A person's git, for the network: credential helpers, proxies, ssh. */
export const personalGit = (env: Variables): Git => new Git({ env, personal: true })

/** Whether this machine is thrown away after the job, as those of GitHub are and a person's own are not. */
export const isDisposable = (env: Variables): boolean => env['RUNNER_ENVIRONMENT'] === 'github-hosted'
