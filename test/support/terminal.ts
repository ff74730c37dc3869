/** A program in a real terminal of its own: a pseudo terminal, which Node cannot make and Python can. */
import { spawn } from 'node:child_process'

/** Once the terminal shows `at`, or there is a file `exists`: something is done, or it is closed. */
export type Step = ({ readonly at: string } | { readonly exists: string }) & {
  readonly press?: string
  readonly touch?: string
}

export const CTRL_C = '\u0003'

export interface Ended {
  /** Exit code; minus the number of the signal that ended it. */
  readonly code: number
  readonly shown: string
}

/** After a terminal was closed the shell says so too, and more than once. */
const PTY = `
import json, os, pty, select, signal, sys, time
job = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.chdir(job["cwd"])
    os.execvpe(job["argv"][0], job["argv"], job["env"])
shown, seen, steps = b"", 0, job["steps"]

def due(step):
    global seen
    if "exists" in step:
        return os.path.exists(step["exists"])
    found = shown.find(step["at"].encode(), seen)
    seen = max(seen, found + 1)
    return found >= 0

while terminal != -1:
    if select.select([terminal], [], [], 0.05)[0]:
        try:
            shown += os.read(terminal, 65536)
        except OSError:
            break
    while terminal != -1 and steps and due(steps[0]):
        step = steps.pop(0)
        if "touch" in step:
            open(step["touch"], "w").close()
        elif "press" in step:
            os.write(terminal, step["press"].encode())
        else:
            os.close(terminal)
            terminal = -1
ended, status = os.waitpid(pid, os.WNOHANG if terminal == -1 else 0)
while ended == 0:
    os.kill(pid, signal.SIGHUP)
    time.sleep(0.1)
    ended, status = os.waitpid(pid, os.WNOHANG)
code = os.waitstatus_to_exitcode(status)
print(json.dumps({"code": code, "shown": shown.decode("utf8", "replace")}))
`

export interface InTerminal {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
}

/** Runs a program in a terminal until it ends, and does what the steps say, one after another. */
export function inTerminal(job: InTerminal): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', ['-c', PTY, JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'inherit'] })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.on('error', reject)
    child.on('close', () => resolve(JSON.parse(out)))
  })
}
