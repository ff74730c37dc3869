/** The loop gives `claude` its tools: a program in its place starts them as it is told to, and reports with them. */
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { Checkpoint } from '../../src/core/checkpoint.ts'
import { emptyFolder, PATH, removeHome, repository } from '../support/cli.ts'

afterAll(removeHome)

/** Starts the server that it is given in an environment of its own, has it take a report, and says that it is done. */
const IN_ITS_PLACE = `#!${process.execPath}
const { spawn } = require('node:child_process')
const { writeFileSync } = require('node:fs')
const [, , ...args] = process.argv
if (args[0] === '--version') console.log('2.1.330 (Claude Code)')
else {
  writeFileSync('a.txt', 'a')
  const { cms } = JSON.parse(args[args.indexOf('--mcp-config') + 1]).mcpServers
  const server = spawn(cms.command, cms.args, { env: cms.env, cwd: '/', stdio: ['pipe', 'pipe', 'inherit'] })
  const params = { name: 'report', arguments: { summary: 'By the tools.' } }
  server.stdin.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }) + '\\n')
  server.stdout.resume()
  server.on('exit', (code) =>
    console.log(JSON.stringify({ type: 'result', subtype: 'success', is_error: code !== 0, result: 'Done.', total_cost_usd: 0 })))
}
`

test('they write the outbox of the attempt', async () => {
  const folder = await emptyFolder()
  await folder.write('claude', IN_ITS_PLACE)
  await chmod(join(folder.path, 'claude'), 0o755)
  const repo = await repository()
  await repo.loop('agent: claude', 'verify: ["test -f a.txt"]', 'tasks: [{ id: a, spec: Write a.txt. }]')
  const { code, out, err } = await repo.cms(['run'], { env: { PATH: `${folder.path}:${PATH}` } })
  expect({ code, out, err }).toEqual({ code: 0, out: expect.stringContaining('a: done'), err: '' })
  const { completed_tasks } = Checkpoint.parse(JSON.parse(repo.show('cms/main/state', 'checkpoint.json')))
  expect(completed_tasks).toMatchObject([{ id: 'a', summary: 'By the tools.' }])
})
