/**
 * Writes test/fixtures/github-openapi.json: `npm run openapi`, after a change of the version or of
 * the list below.
 *
 * It is GitHub's own description of its REST API, cut to the operations that a loop uses. The
 * loopback GitHub of the tests refuses what it does not allow. All of it takes 385 MB, so the
 * package is installed into a temporary folder, and only the cut is kept.
 *
 * One thing is stricter than at GitHub: a request body may have no field that is not described,
 * so that a misspelt one is found.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { Components, followed, isTree, mapped, pointedAt, Tree } from './openapi-tree.ts'

const PACKAGE = '@octokit/openapi'
const VERSION = '23.0.2'

/** The operations that are kept, by GitHub's name for them. To use another one, add it here. */
export const OPERATIONS: readonly string[] = [
  'repos/get',
  'issues/list-for-repo',
  'actions/create-workflow-dispatch',
  'actions/download-artifact',
  'actions/enable-workflow',
  'actions/get-workflow',
  'actions/get-workflow-run',
  'actions/get-workflow-run-attempt',
  'actions/list-jobs-for-workflow-run',
  'actions/list-jobs-for-workflow-run-attempt',
  'actions/list-workflow-run-artifacts',
  'actions/list-workflow-runs',
  'actions/get-github-actions-default-workflow-permissions-repository',
  'actions/get-github-actions-permissions-repository',
  'actions/list-repo-organization-secrets',
  'actions/list-repo-secrets',
  'repos/get-branch-rules',
  'pulls/create',
  'pulls/get',
  'pulls/list',
  'pulls/update',
]

const Operation = z.looseObject({ operationId: z.string() })
const Description = z.object({
  openapi: z.string(),
  info: Tree,
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: Components,
})
type Description = z.infer<typeof Description>

/** What a request or an answer is checked by. The rest of an operation is for people and for SDKs. */
const KEPT = ['operationId', 'parameters', 'requestBody', 'responses']

/** The named operations of a description, with the components they need and without examples. */
export function cut(whole: Description, operations: readonly string[]): Description {
  const paths: Description['paths'] = {}
  for (const [path, methods] of Object.entries(whole.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (!operations.includes(operation.operationId)) continue
      paths[path] = { ...paths[path], [method]: short(operation, whole) }
    }
  }
  const found = Object.values(paths).flatMap((methods) => Object.values(methods))
  const unknown = operations.filter((id) => !found.some(({ operationId }) => operationId === id))
  if (unknown.length > 0) throw new Error(`not in the description of GitHub: ${unknown.join(', ')}`)
  const { openapi, info } = whole
  return { openapi, info, paths, components: saidOnce(componentsOf(paths, whole)) }
}

function short(operation: z.infer<typeof Operation>, whole: Description): z.infer<typeof Operation> {
  const { requestBody, ...kept } = Tree.parse(
    bare(Object.fromEntries(KEPT.map((key) => [key, operation[key]]))),
  )
  const body = closed(bare(followed(requestBody, whole.components)))
  return Operation.parse({ ...kept, ...(body === undefined ? {} : { requestBody: body }) })
}

/** Every component that is pointed at, directly or by another one. */
function componentsOf(paths: Description['paths'], whole: Description): Description['components'] {
  const components: Description['components'] = {}
  const collect = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(collect)
    if (!isTree(node)) return
    Object.values(node).forEach(collect)
    const at = pointedAt(node)
    if (!at || components[at.kind]?.[at.name] !== undefined) return
    const component = bare(whole.components[at.kind]?.[at.name])
    components[at.kind] = { ...components[at.kind], [at.name]: component }
    collect(component)
  }
  collect(paths)
  return components
}

/** `nullable-x` is `x` or nothing, and the description has all of it twice: where both are kept, once. */
function saidOnce(components: Description['components']): Description['components'] {
  const { schemas } = components
  if (schemas === undefined) return components
  const isSame = (name: string, schema: unknown): boolean => {
    const plain = schemas[name.replace(/^nullable-/, '')]
    if (!name.startsWith('nullable-') || !isTree(schema) || plain === undefined) return false
    const { nullable, ...rest } = schema
    return nullable === true && isDeepStrictEqual(rest, plain)
  }
  const shorter = Object.entries(schemas).map(([name, schema]) => [
    name,
    isSame(name, schema)
      ? {
          anyOf: [{ $ref: `#/components/schemas/${name.slice('nullable-'.length)}` }, NOTHING],
        }
      : schema,
  ])
  return { ...components, schemas: Object.fromEntries(shorter) }
}

const NOTHING = { enum: [null] }

/** Without examples, and without words about schemas: half the size, and nothing is checked by them. */
function bare(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(bare)
  if (!isTree(node)) return node
  const isSchema = ['type', 'properties', 'allOf', 'anyOf', 'oneOf'].some((key) => key in node)
  const kept = Object.entries(node).filter(
    ([key]) => !/^examples?$|^x-/.test(key) && !(isSchema && /^(title|description)$/.test(key)),
  )
  const { properties, ...others } = Object.fromEntries(kept)
  // The keys of `properties` are names of fields, and a field may be called `description`.
  return { ...mapped(others, bare), ...(isTree(properties) ? { properties: mapped(properties, bare) } : {}) }
}

/** Where fields are listed, no other one is allowed. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed)
  if (!isTree(node)) return node
  if (!isTree(node['properties'])) return mapped(node, closed)
  // What stands beside the fields (`anyOf: [{ required: … }]`) speaks of the same fields.
  return { additionalProperties: false, ...node, properties: mapped(node['properties'], closed) }
}

if (import.meta.main) {
  const target = fileURLToPath(new URL('../test/fixtures/github-openapi.json', import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), 'cms-openapi-'))
  try {
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder]
    execFileSync('npm', ['install', ...options, `${PACKAGE}@${VERSION}`], { cwd: folder, stdio: 'inherit' })
    const source = join(folder, 'node_modules', PACKAGE, 'generated', 'api.github.com.json')
    const description = cut(Description.parse(JSON.parse(readFileSync(source, 'utf8'))), OPERATIONS)
    writeFileSync(target, JSON.stringify(description, null, 2))
    execFileSync('biome', ['format', '--write', target], { stdio: 'inherit' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
