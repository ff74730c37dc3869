/**
 * GitHub's description of its REST API, as `npm run openapi` cut it, made ready to check with.
 *
 * What is said of requests is left as it is. What is said of answers is turned round: the great
 * objects (a repository has 75 fields) may be shown in part, but nothing may be shown that GitHub
 * does not have.
 */
import { readFileSync } from 'node:fs'
import { OpenAPIRouter, OpenAPIValidator } from 'openapi-backend'
import { z } from 'zod'
import { Components, followed, isTree, mapped, Tree } from '../../scripts/openapi-tree.ts'

const FILE = new URL('../fixtures/github-openapi.json', import.meta.url)
/** Objects with more required fields than this may be shown in part. */
const SMALL = 5

const Operation = z.looseObject({
  operationId: z.string(),
  parameters: z.array(z.looseObject({ schema: Tree })),
  responses: Tree,
})
const Description = z.looseObject({
  paths: z.record(z.string(), Tree),
  components: Components,
})

type Definition = ConstructorParameters<typeof OpenAPIRouter>[0]['definition']

let kept: OpenAPIValidator | undefined

/** Checks requests and answers, and finds their operation. Read once, and only where it is needed. */
export function description(): OpenAPIValidator {
  if (kept) return kept
  const { components, ...whole } = Description.parse(JSON.parse(readFileSync(FILE, 'utf8')))
  const paths = mapped(whole.paths, (methods) =>
    mapped(methods, (operation) => loosened(Operation.parse(followed(operation, components)))),
  )
  const definition = z.custom<Definition>().parse({ ...whole, paths })
  const router = new OpenAPIRouter({ definition, ignoreTrailingSlashes: false })
  const formats = {
    'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
    uri: (text: string) => URL.canParse(text),
  }
  const ajvOpts = { allErrors: true, formats, logger: false } as const
  kept = new OpenAPIValidator({ definition, router, ajvOpts, lazyCompileValidators: true })
  return kept
}

/** An error that GitHub gives everywhere, and describes nowhere. */
const SOME_ERROR = {
  description: 'An error',
  content: {
    'application/json': {
      schema: { type: 'object', required: ['message'], properties: { message: { type: 'string' } } },
    },
  },
}

/** An operation whose answers may be given in part, and refused for reasons it does not list. */
function loosened({ parameters, responses, ...operation }: z.infer<typeof Operation>): Tree {
  const answers = Object.entries(responses).map(([status, answer]) => [
    status,
    status.startsWith('2') ? inPart(answer) : answer,
  ])
  return {
    ...operation,
    parameters: parameters.map(({ schema: { oneOf, ...schema }, ...parameter }) => ({
      ...parameter,
      // A number in a path is a number and a string, where it may be one of them.
      schema: oneOf === undefined ? schema : { ...schema, anyOf: oneOf },
    })),
    responses: { ...Object.fromEntries(answers), '4XX': SOME_ERROR, '5XX': SOME_ERROR },
  }
}

const Json = z.object({ content: z.object({ 'application/json': z.looseObject({ schema: z.unknown() }) }) })

function inPart(answer: unknown): unknown {
  const { data } = Json.safeParse(answer)
  const schema = data?.content['application/json'].schema
  return schema === undefined ? answer : { content: { 'application/json': { schema: part(schema, true) } } }
}

/** Objects that are said to be one: each alone would not allow the fields of the others. */
function together({ allOf, ...others }: Tree): Tree | undefined {
  const parts: unknown[] = Array.isArray(allOf) ? allOf : []
  const properties = parts.map((one) =>
    isTree(one) && isTree(one['properties']) ? one['properties'] : undefined,
  )
  if (properties.length === 0 || properties.includes(undefined)) return undefined
  return { ...others, type: 'object', properties: Object.assign({}, ...properties) }
}

const anyOf = (node: Tree): unknown[] => (Array.isArray(node['anyOf']) ? node['anyOf'] : [])

/** One of several, or nothing: the checker wants a type beside `nullable`, and there is none. */
const isBareNullable = (node: Tree): boolean =>
  node['nullable'] === true && node['type'] === undefined && anyOf(node).length > 0

/** A schema that allows no field but its own, and demands them only of a small outermost object. */
function part(node: unknown, isOutermost = false): unknown {
  if (Array.isArray(node)) return node.map((one) => part(one))
  if (!isTree(node)) return node
  const whole = together(node)
  if (whole !== undefined) return part(whole, isOutermost)
  if (isBareNullable(node)) return part({ anyOf: [...anyOf(node), { enum: [null] }] })
  const { properties, required, enum: values, ...others } = node
  const isWhole = isOutermost && Array.isArray(required) && required.length <= SMALL
  return {
    ...(isTree(properties)
      ? { additionalProperties: false, properties: mapped(properties, (one) => part(one)) }
      : {}),
    ...mapped(others, (one) => part(one)),
    ...(isWhole ? { required } : {}),
    // Where GitHub says of a choice that it may be null, it does not list null once more.
    ...(Array.isArray(values) ? { enum: node['nullable'] === true ? [...values, null] : values } : {}),
  }
}
