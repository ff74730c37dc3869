/** Bundles made by hand: whatever is wrong in them, their checksums are right. */
import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { z } from 'zod'

const KINDS: Readonly<Record<string, number>> = { commit: 1, tree: 2, blob: 3, tag: 4 }

const Text = z.preprocess(
  (value) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')),
  z.string(),
)
const Entry = z.looseObject({ mode: Text, name: Text, id: Text })

/** `@1` in a text is the id of the object with that number. */
const Thing = z.looseObject({ kind: Text, text: Text.optional(), entries: z.array(Entry).optional() })

const Plan = z.looseObject({
  signature: Text.default('# v2 git bundle'),
  needs: z.array(Text).default([]),
  refs: z.array(Text).default([]),
  objects: z.array(Thing).default([]),
})
export type BundlePlan = z.infer<typeof Plan>

type Made = { readonly kind: string; readonly content: Buffer; readonly id: string }

/** A bundle as planned, as far as a plan can be one. */
export function bundleOf(plan: unknown): Buffer {
  const { data } = Plan.safeParse(plan)
  if (data === undefined) return Buffer.from(JSON.stringify(plan) ?? '')
  const { signature, needs, refs, objects } = data
  const made = new Map<number, Made>()
  const idOf = (index: number, within: readonly number[] = []): string => {
    const known = made.get(index)
    if (known !== undefined) return known.id
    const planned = objects[index]
    if (planned === undefined || within.includes(index)) return '0'.repeat(40)
    const id = (text: string) => text.replaceAll(/@(\d+)/g, (_, n) => idOf(Number(n), [...within, index]))
    const content = contentOf(planned, id)
    const whole = Buffer.concat([Buffer.from(`${planned.kind} ${content.length}\0`), content])
    const one: Made = { kind: planned.kind, content, id: createHash('sha1').update(whole).digest('hex') }
    made.set(index, one)
    return one.id
  }
  const named = (text: string) => text.replaceAll(/@(\d+)/g, (_, n) => idOf(Number(n)))
  const header = [signature, ...needs.map((need) => `-${named(need)} `), ...refs.map(named), '', ''].join(
    '\n',
  )
  for (const index of objects.keys()) idOf(index)
  return Buffer.concat([Buffer.from(header), packOf([...made.values()])])
}

function contentOf({ text = '', entries }: z.infer<typeof Thing>, named: (text: string) => string): Buffer {
  if (entries === undefined) return Buffer.from(named(text))
  return Buffer.concat(
    entries.flatMap(({ mode, name, id }) => [
      Buffer.from(`${mode} ${name}\0`),
      Buffer.from(named(id), 'hex'),
    ]),
  )
}

/** https://git-scm.com/docs/gitformat-pack */
function packOf(objects: readonly Made[]): Buffer {
  const count = Buffer.alloc(4)
  count.writeUInt32BE(objects.length)
  const parts = objects.flatMap(({ kind, content }) => [
    headOf(KINDS[kind] ?? 5, content.length),
    deflateSync(content),
  ])
  const body = Buffer.concat([Buffer.from('PACK\0\0\0\x02', 'latin1'), count, ...parts])
  return Buffer.concat([body, createHash('sha1').update(body).digest()])
}

/** Kind and size, seven bits to a byte. */
function headOf(kind: number, size: number): Buffer {
  const bytes = [(kind << 4) | (size & 15)]
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80
    bytes.push(rest & 127)
  }
  return Buffer.from(bytes)
}
