/** Parcels of the walled form: a git bundle in an artifact, made on the machine of an agent. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { BundleParcels } from '../../../src/adapters/store/bundle-parcels.ts'
import type { Received } from '../../../src/ports/parcels.ts'
import { MemoryArtifacts } from '../../support/memory-artifacts.ts'
import { courierOf, git, initRepository, temporaryFolder } from '../../support/store-worlds.ts'
import { sentence } from '../laws.ts'
import { type BundlePlan, bundleOf } from '../pack.ts'
import { holds, type Opened, type Target, type Verdict } from '../target.ts'

const RUN = { run: 'gh:7.1', loop: 'main' }
const NAME = 'cms-main-7-1.bundle'
const WHO = 'x <x@y> 0 +0000'
const README = 'hello\n'
/** Of the base, which everybody has: always the same. */
const BASE_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
const BASE_TEXT = `tree ${BASE_TREE}\nauthor ${WHO}\ncommitter ${WHO}\n\nbase\n`
const BASE = createHash('sha1').update(`commit ${BASE_TEXT.length}\0${BASE_TEXT}`).digest('hex')

const commit = (tree: string, parents: readonly string[], message: string): string =>
  [
    `tree ${tree}`,
    ...parents.map((one) => `parent ${one}`),
    `author ${WHO}`,
    `committer ${WHO}`,
    '',
    message,
  ].join('\n')

const planOf = (message: string, files: readonly object[], more: readonly object[] = []): BundlePlan => ({
  signature: '# v2 git bundle',
  needs: [BASE],
  refs: ['@0 refs/cms/parcel'],
  objects: [
    { kind: 'commit', text: commit('@1', [BASE], message) },
    { kind: 'tree', entries: [...files].map((file) => ({ mode: '100644', name: 'a', id: '@2', ...file })) },
    { kind: 'blob', text: README },
    ...more.map((one) => ({ kind: 'blob', ...one })),
  ],
})

const PLANS: readonly BundlePlan[] = [
  planOf('words', [{ name: 'README.md' }]),
  planOf(
    JSON.stringify({ version: 1, end: 'ready', summary: 'é\n\nmore' }),
    [{ name: 'a.txt' }, { name: 'b.sh', mode: '100755', id: '@3' }],
    [{ text: '#!/bin/sh\n' }],
  ),
  planOf(
    'x'.repeat(3_000),
    [{ name: 'dir', mode: '40000', id: '@3' }],
    [{ kind: 'tree', entries: [{ mode: '100644', name: 'inner', id: '@2' }] }],
  ),
  planOf('a link', [
    { name: 'l', mode: '120000' },
    { name: 's', mode: '160000', id: '1'.repeat(40) },
  ]),
]

/** The plans of the corpus, by what was made of them. */
const planned = new WeakMap<Buffer, BundlePlan>()

interface Receiver {
  readonly objects: string
  readonly receive: () => Promise<Received>
  /** The kind of an object, as git tells. */
  readonly kindOf: (id: string) => Promise<string>
  readonly refs: () => Promise<string>
}

async function judged(receiver: Receiver, refsBefore: string): Promise<Verdict> {
  const got = await receiver.receive()
  holds('there is one', got.is !== 'none')
  if (got.is === 'refused') sentence('the refusal', got.because, 500)
  else {
    holds('its files are a tree', (await receiver.kindOf(got.tree)) === 'tree', got.tree)
    holds('what it says is bounded', got.text.length <= 256 * 1024, `${got.text.length}`)
  }
  if (got.is === 'parcel') holds('no ref is moved', (await receiver.refs()) === refsBefore)
  return got.is === 'parcel' ? 'accepted' : 'rejected'
}

/** What an earlier input has left would make a later one whole. */
async function forget(objects: string): Promise<void> {
  for (const name of await readdir(objects))
    if (name !== 'info' && name !== 'pack') await rm(join(objects, name), { recursive: true })
  for (const name of await readdir(join(objects, 'pack')).catch(() => []))
    await rm(join(objects, 'pack', name), { recursive: true })
}

export const bundleTarget: Target = {
  name: 'bundle',
  share: 0.02,
  form: {
    take: (input) => planned.get(input),
    print: bundleOf,
    words: [
      '\n',
      '\n\n',
      '-',
      `${'0'.repeat(40)} refs/heads/main\n`,
      'refs/cms/parcel',
      '@object-format=sha256\n',
      '# v3 git bundle\n',
      'PACK',
      '\0',
    ],
  },
  hostile,
  async open(): Promise<Opened> {
    const folder = await temporaryFolder()
    const clone = initRepository(join(folder.path, 'clone'))
    git(clone, 'hash-object', '-t', 'tree', '-w', '/dev/null')
    execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--stdin'], { cwd: clone, input: BASE_TEXT })
    const courier = await courierOf(clone, folder.path, 'remote')
    const artifacts = new MemoryArtifacts()
    const parcels = new BundleParcels({ artifacts, courier, directory: folder.path })
    const receiver: Receiver = {
      objects: join(courier.gitDir, 'objects'),
      receive: () => parcels.receive({ ...RUN, base: BASE }),
      kindOf: async (id) => (await courier.run(['cat-file', '-t', id], { ok: [0, 1, 128] })).text,
      refs: async () => (await courier.run(['for-each-ref'])).text,
    }
    const refs = await receiver.refs()
    const corpus = PLANS.map((plan) => {
      const bundle = bundleOf(plan)
      planned.set(bundle, plan)
      return bundle
    })
    return {
      corpus,
      async judge(input) {
        artifacts.kept.set(NAME, input)
        try {
          return await judged(receiver, refs)
        } finally {
          await forget(receiver.objects)
        }
      },
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    }
  },
}

function hostile(): Record<string, Buffer> {
  const one = (over: Partial<BundlePlan>) => bundleOf({ ...planOf('words', [{}]), ...over })
  const files = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ name: `f${String(n).padStart(6, '0')}` }))
  const many = (count: number, each: (n: number) => object) =>
    Array.from({ length: count }, (_, n) => each(n))
  return {
    'a header without end': Buffer.from(`# v2 git bundle\n${'-'.repeat(1_000_000)}`),
    'refs without number': one({ refs: Array.from({ length: 14_000 }, (_, n) => `@0 refs/heads/r${n}`) }),
    'a tree of many files': bundleOf(planOf('words', files(30_000))),
    'a long message': bundleOf(planOf('x'.repeat(1_000_000), [{}])),
    'parents without number': one({
      objects: [
        { kind: 'commit', text: commit('@1', Array(20_000).fill(BASE), 'x') },
        ...planOf('', [{}]).objects.slice(1),
      ],
    }),
    'many small objects': bundleOf(
      planOf(
        'words',
        [{}],
        many(15_000, (n) => ({ text: `${n}` })),
      ),
    ),
    'folders in folders': one({
      objects: [
        { kind: 'commit', text: commit('@1', [BASE], 'x') },
        ...many(500, (n) => ({ kind: 'tree', entries: [{ mode: '40000', name: 'd', id: `@${n + 2}` }] })),
        { kind: 'tree', entries: [] },
      ].map((thing) => ({ kind: 'tree', ...thing })),
    }),
    'a bomb of zeros': bundleOf(planOf('words', [{}], [{ text: '\0'.repeat(200_000_000) }])),
    'noise behind a header': Buffer.concat([
      Buffer.from(`# v2 git bundle\n-${BASE} \n${'1'.repeat(40)} refs/cms/parcel\n\nPACK`),
      Buffer.alloc(1_000_000, 0xa5),
    ]),
  }
}
