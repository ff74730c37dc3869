/** What a commit that lands says of the checkpoint it lands with. */
import { expect, test } from '@jest/globals'
import { iterate } from '../../src/app/iterate.ts'
import { drawnOnce } from '../../src/app/phases/stamp.ts'
import { stateDigest } from '../../src/core/checkpoint-text.ts'
import { redactor } from '../../src/core/secrets/redact.ts'
import { begun } from '../support/lanes-begun.ts'
import { loopConfig } from '../support/loop-config.ts'
import { writes } from '../support/world-agents.ts'

const SECRET = 'Zt8-nobody-may-see-this'
const TWO = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }] })

test('is the digest of its text, with the next request in it and without the secrets', async () => {
  const { world, asked, run } = await begun(TWO)
  const [request] = asked
  if (request === undefined) throw new Error('nothing was asked for')
  world.script.acts.set('a', [
    (scene) => {
      scene.report({ status: 'ready', summary: `It is ${SECRET}.` })
      return writes(scene)
    },
  ])
  const ports = { ...world.as('gh:2.1'), redact: redactor([SECRET]) }
  const { signal } = new AbortController()
  const done = await iterate(ports, run, request, { signal, onward: true })
  expect(done).toMatchObject({ verdict: 'done', asked: [{ lane: '1' }] })
  const text = world.repository.states.get(world.stateTip ?? '')?.text ?? ''
  expect(text).not.toContain(SECRET)
  expect(text).toContain('It is ***.')
  const message = world.objects.commit(world.workTip)?.message ?? ''
  expect(message).toContain(
    `\nCms-Seq: ${world.checkpoint().seq}\nCms-State: ${stateDigest(text, world.workTip)}`,
  )
})

test('a text has one digest, and another one has another, whatever the id of the commit is', () => {
  const [one, two] = ['a'.repeat(40), 'b'.repeat(40)]
  const of = (commit: string, goal: string) => stateDigest(`{"head":"${commit}","goal":"${goal}"}`, commit)
  expect(of(one, 'x')).toBe(of(two, 'x'))
  expect(of(one, 'x')).not.toBe(of(one, 'y'))
  expect(of(one, 'x')).toMatch(/^[0-9a-f]{32}$/)
})

test('what is drawn again is what was drawn', () => {
  const drawn: string[] = []
  let next = 0
  const draw = () => `n${next++}`
  const first = drawnOnce(drawn, draw)
  expect([first(), first()]).toEqual(['n0', 'n1'])
  const again = drawnOnce(drawn, draw)
  expect([again(), again(), again()]).toEqual(['n0', 'n1', 'n2'])
})
