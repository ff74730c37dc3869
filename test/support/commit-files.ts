/** Commits to a bare repository by plumbing, so that nobody's config matters. */
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { GithubServer } from './github-server.ts'

/** Commits files on top of a ref, by hand of a person; those not named stay. */
export async function commitFiles(
  server: GithubServer,
  ref: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const tree = await mkdtemp(join(tmpdir(), 'cms-tree-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(tree, path)), { recursive: true })
      await writeFile(join(tree, path), text)
    }
    commitTree(server, ref, tree)
  } finally {
    await rm(tree, { recursive: true, force: true })
    await rm(`${tree}.index`, { force: true })
  }
}

function commitTree(server: GithubServer, ref: string, tree: string): void {
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: tree,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        GIT_DIR: server.gitDir,
        GIT_WORK_TREE: tree,
        GIT_INDEX_FILE: `${tree}.index`,
        ...Object.fromEntries(
          ['AUTHOR', 'COMMITTER'].flatMap((who) => [
            [`GIT_${who}_NAME`, 'A person'],
            [`GIT_${who}_EMAIL`, 'p@example.com'],
          ]),
        ),
      },
    }).trim()
  const parent = server.git('for-each-ref', '--format=%(objectname)', ref)
  if (parent !== '') git('read-tree', parent)
  git('add', '--force', '--ignore-removal', '.')
  const from = parent === '' ? [] : ['-p', parent]
  git('update-ref', ref, git('commit-tree', git('write-tree'), ...from, '-m', 'by hand'))
}
