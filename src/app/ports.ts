/** Everything `app` needs from the world, in one object: what a simulation has to stand in for. */
import type { MailPace } from '../core/mail-pace.ts'
import type { Web } from '../core/pull-request-text.ts'
import type { Redact, Spots } from '../core/secrets/redact.ts'
import type { LoopConfig } from '../core/settings.ts'
import type { Agents } from '../ports/agent.ts'
import type { Chance, Clock } from '../ports/clock.ts'
import type { Commands } from '../ports/commands.ts'
import type { Host } from '../ports/host.ts'
import type { Mirror } from '../ports/mirror.ts'
import type { Notifier } from '../ports/notifier.ts'
import type { Origin } from '../ports/origin.ts'
import type { Outbox } from '../ports/outbox.ts'
import type { Parcels } from '../ports/parcels.ts'
import type { PullRequests } from '../ports/pull-requests.ts'
import type { Recorder } from '../ports/recorder.ts'
import type { Relay } from '../ports/relay.ts'
import type { Reporter } from '../ports/reporter.ts'
import type { StateStore } from '../ports/state-store.ts'
import type { Workspaces } from '../ports/workspace.ts'

export interface Ports {
  readonly store: StateStore
  readonly workspaces: Workspaces
  readonly origin: Origin
  readonly agents: Agents
  readonly commands: Commands
  readonly outbox: Outbox
  readonly relay: Relay
  readonly mirror: Mirror
  readonly parcels: Parcels
  readonly pullRequests: PullRequests
  readonly notifier: Notifier
  readonly host: Host
  readonly clock: Clock
  readonly chance: Chance
  readonly reporter: Reporter
  readonly recorder: Recorder
  /** For everything that leaves the process. */
  readonly redact: Redact
  /** For files: finds only what cannot be anything but a secret. */
  readonly spots: Spots
}

/** What a run is told from outside: flags, inputs, the loop file of its own checkout. */
export interface RunSettings {
  readonly loop: string
  /** The loop file of this run's checkout, narrowed; `undefined` when there is none or it is not valid. */
  readonly config: LoopConfig | undefined
  /** `local`, or the name of the remote. */
  readonly home: string
  /** Where work is verified unless the loop file says otherwise. */
  readonly verifyIn: 'clean' | 'same'
  /** A person started this run: it looks at runs that work before their deadline, too. */
  readonly isAsked?: boolean
  /** When the job ends, epoch ms: attempts are cut so that they fit. Unset where nothing ends them. */
  readonly ends?: number
  /** How mail is exchanged while agents work. Default, by where the loop lives, and its lanes. */
  readonly mail?: MailPace | 'not'
  /** Where people see the loop on the web. */
  readonly web?: Web
}
