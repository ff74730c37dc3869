/** A folder with teams in it, as Agent Teams keep them. No link in it is followed. */
import { lstat, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LoopError } from '../../core/error.ts'
import { OurTeam, OWN_KEY } from '../../core/exchange/agent-teams.ts'
import { parsedJson } from '../../core/exchange/json.ts'
import { own } from '../../core/exchange/loose.ts'
import { teamFolders } from '../../core/exchange/to-agent-teams.ts'
import { isRecord } from '../../core/task-mistakes.ts'
import type { TeamsFolder } from '../../ports/exchange.ts'
import { replace, sayable } from './whole-file.ts'

/** @param shown as a person knows it. */
export const teamsFolder = (root: string, shown: string): TeamsFolder => ({
  path: shown,
  async look(team) {
    const { tasks, team: about } = teamFolders(team)
    const places = [dirname(tasks), tasks, dirname(about), about, `${about}/inboxes`]
    const found = await Promise.all(places.map((place) => kindOf(root, place, shown)))
    const isThere = found[1] === true || found[3] === true
    return { isThere, loop: isThere ? await writerOf(join(root, about, 'config.json')) : undefined }
  },
  write: (team, files) =>
    sayable(shown, async () => {
      for (const { path, text } of files) {
        await mkdir(dirname(join(root, path)), { recursive: true })
        await replace(join(root, path), text)
      }
      await removeOld(root, team, new Set(files.map(({ path }) => path)))
    }),
})

/** Whether there is a folder. @throws LoopError `bad-input` for whatever else is there. */
async function kindOf(root: string, place: string, shown: string): Promise<boolean> {
  const found = await lstat(join(root, place)).catch(() => undefined)
  if (found === undefined) return false
  if (found.isDirectory()) return true
  const what = found.isSymbolicLink() ? 'a link, and links are not followed' : 'no folder'
  throw new LoopError('bad-input', `${join(shown, place)} is ${what}.`, {
    hint: 'Take it away, or write to another folder: --out <folder>.',
  })
}

async function writerOf(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined)
  const text = found?.isFile() === true ? await readFile(path, 'utf8') : ''
  const parsed = parsedJson(text)
  const value = 'value' in parsed && isRecord(parsed.value) ? own(parsed.value, OWN_KEY) : undefined
  return OurTeam.safeParse(value).data?.loop
}

/** Tasks and inboxes that the team no longer has. Whatever else lies there stays. */
async function removeOld(root: string, team: string, kept: ReadonlySet<string>): Promise<void> {
  const { tasks, team: about } = teamFolders(team)
  const folders = [
    { path: tasks, old: /^\d+\.json$/ },
    { path: `${about}/inboxes`, old: /\.json$/ },
  ]
  for (const { path, old } of folders)
    for (const name of await readdir(join(root, path)).catch(() => []))
      if (old.test(name) && !kept.has(`${path}/${name}`)) await rm(join(root, path, name), { force: true })
}
