/** The mark that a process cannot take off. */
import { execFileSync, spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { branded, brandOf, isOfOwner } from '../../../src/adapters/process/brand.ts'

const env = { PATH: process.env['PATH'] ?? '' }

test('a brand tells its owner, and one mark of an owner from another', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (owner, other, mark) => {
      const brand = brandOf(owner, mark)
      expect(brand >> 60n).toBe(1n)
      expect(isOfOwner(brand, owner)).toBe(true)
      if (other !== owner) expect(isOfOwner(brand, other)).toBe(false)
      if (other !== mark) expect(brandOf(owner, other)).not.toBe(brand)
    }),
  )
})

/** Elsewhere a program is started as it is. */
describe(process.platform === 'linux' ? 'on Linux' : 'where there are no brands', () => {
  const isBranded = process.platform === 'linux'
  const limitsOf = (file: string, args: readonly string[]): string => {
    const started = branded({ file, args, env }, brandOf('loop|run', '1'))
    return execFileSync(started.file, started.args, { env, encoding: 'utf8' })
  }

  test('a program that has cleared its environment and left its session is branded', () => {
    const said = isBranded
      ? limitsOf('env', ['-i', 'setsid', '--wait', 'cat', '/proc/self/limits'])
      : limitsOf('env', ['-i', 'echo', String(brandOf('loop|run', '1'))])
    expect(said).toContain(String(brandOf('loop|run', '1')))
  })

  test('arguments and the environment are what they would be', () => {
    const started = branded({ file: 'env', args: ['A=b c', 'printenv'], env }, brandOf('o', 'm'))
    const ran = spawnSync(started.file, started.args, { env, encoding: 'utf8' })
    expect(ran.stdout.trim().split('\n').toSorted()).toEqual([`A=b c`, `PATH=${env.PATH}`].toSorted())
  })

  test.each(['no-such-program', '/no/such/program', '/etc', '/etc/passwd'])(
    '%s is started as it is',
    (file) => {
      expect(branded({ file, args: ['-x'], env }, brandOf('o', 'm'))).toEqual({ file, args: ['-x'] })
    },
  )
})
