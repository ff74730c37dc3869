/** A JSON document as a tree, and what a reference in it (`#/components/<kind>/<name>`) points at. */
import { z } from 'zod'

export const Tree = z.record(z.string(), z.unknown())
export type Tree = z.infer<typeof Tree>

/** Of a description: its components, by kind and name. */
export const Components = z.record(z.string(), Tree)
export type Components = z.infer<typeof Components>

/** An object, not an array. */
export const isTree = (node: unknown): node is Tree =>
  typeof node === 'object' && node !== null && !Array.isArray(node)

/** The same keys, each with another value. */
export const mapped = <T>(tree: Readonly<Record<string, T>>, change: (value: T) => unknown): Tree =>
  Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, change(value)]))

/** Kind and name of the component that a node points at; `undefined`: it is no reference. */
export function pointedAt(node: Tree): { readonly kind: string; readonly name: string } | undefined {
  if (typeof node['$ref'] !== 'string') return undefined
  const [, , kind = '', name = ''] = node['$ref'].split('/')
  return { kind, name }
}

/** A node with everything it points at put in place. GitHub's description has no circles. */
export function followed(node: unknown, components: Components): unknown {
  if (Array.isArray(node)) return node.map((one) => followed(one, components))
  if (!isTree(node)) return node
  const at = pointedAt(node)
  return at
    ? followed(components[at.kind]?.[at.name], components)
    : mapped(node, (value) => followed(value, components))
}
