/**
 * Shuts commands in, so that what they run cannot speak for the step that started them.
 *
 * The job `check` runs what an agent wrote, as the user that our step is. That user can write the file by
 * which a step gives its outputs, the files of the action, and with `sudo` everything. So each command gets
 * namespaces of its own, and no way to more rights: it sees no processes but its own, the file system is
 * read-only but for the folders it works in, the runner's files for commands are hidden, and it keeps
 * neither capabilities nor groups (the one of Docker is as good as root). When it ends, all it started ends.
 *
 * It takes Linux, util-linux and root, or `sudo` without a password, as GitHub's runners have.
 */
import { environment, type Variables } from './environment.ts'
import { run } from './run.ts'

export interface Confinement {
  /** Folders that commands may write to, beside the one they are started in. */
  readonly writable: readonly string[]
  /** Folders that they may not, wherever those lie. */
  readonly sealed: readonly string[]
  /** Folders that are empty for commands. */
  readonly hidden: readonly string[]
}

/** A program as it is started. */
export interface Start {
  readonly file: string
  readonly args: readonly string[]
}

export interface Shut extends Start {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

export type Confine = (program: Shut) => Start

/** Runs as root in namespaces of its own. `$1` user, `$2` group, `$3` folder; then pairs; after `--` the program. */
const SCRIPT = `set -e
user=$1 group=$2 folder=$3
shift 3
while [ "$1" != -- ]; do
  case "$1" in
    writable) [ ! -d "$2" ] || mount --bind "$2" "$2" ;;
    sealed) [ ! -d "$2" ] || { mount --bind "$2" "$2"; mount -o remount,bind,ro "$2"; } ;;
    hidden) [ ! -d "$2" ] || mount -t tmpfs -o ro,size=4k,mode=755 none "$2" ;;
  esac
  shift 2
done
shift
mount -o remount,bind,ro /
# Where we stood is below the mount, and read-only now.
cd "$folder"
exec setpriv --reuid "$user" --regid "$group" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"`

const UNSHARE = ['unshare', '--mount', '--pid', '--fork', '--kill-child=KILL', '--mount-proc', '--']

/** What every machine has for files that nobody keeps. */
const SCRATCH = ['/tmp', '/var/tmp', '/dev/shm']

export interface Who {
  readonly user: number
  readonly group: number
}

/** @returns how programs are started. */
export const confineBy =
  ({ writable, sealed, hidden }: Confinement, { user, group }: Who): Confine =>
  ({ file, args, cwd, env }) => {
    const folders = [...SCRATCH, ...writable, cwd].flatMap((path) => ['writable', path])
    const shut = sealed.flatMap((path) => ['sealed', path])
    const away = hidden.flatMap((path) => ['hidden', path])
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
    const program = ['env', '-i', ...variables, file, ...args]
    const script = [
      'sh',
      '-c',
      SCRIPT,
      'sh',
      String(user),
      String(group),
      cwd,
      ...folders,
      ...shut,
      ...away,
      '--',
    ]
    const [first = '', ...rest] = [
      ...(user === 0 ? [] : ['sudo', '-n', '--']),
      ...UNSHARE,
      ...script,
      ...program,
    ]
    return { file: first, args: rest }
  }

export type Confining = { readonly confine: Confine } | { readonly because: string }

const PROBE = 10_000

/** Whether programs can be shut in on this machine: tried, not guessed. */
export async function confinement(wanted: Confinement, from: Variables): Promise<Confining> {
  const [user, group] = [process.getuid?.(), process.getgid?.()]
  if (process.platform !== 'linux' || user === undefined || group === undefined)
    return { because: 'it takes Linux.' }
  const confine = confineBy(wanted, { user, group })
  const env = environment({ from })
  const { file, args } = confine({ file: 'true', args: [], cwd: '/', env })
  const tried = await run(file, { args, env, cwd: '/', timeout: PROBE })
  return tried.code === 0 ? { confine } : { because: tried.stderr.trim().split('\n').at(-1) ?? '' }
}
