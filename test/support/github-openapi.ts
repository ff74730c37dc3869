/**
 * GitHub's own description of its REST API as the judge of both sides: of what is asked of the
 * loopback GitHub, and of what that answers.
 *
 * A request is wrong if the description has no such operation, or if path, query, headers or body
 * are not as described. A query parameter or a field of a body that is not described is wrong as
 * well, although GitHub itself ignores some of those.
 *
 * An answer is wrong if its status is not described, if it has a field that GitHub's has not, or
 * one of another type. Fields may be left out, except in the outermost object of an answer that
 * has no more than five required ones. An error that is not described needs a message.
 *
 * To allow another operation, add it to the list in scripts/openapi.ts.
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { OpenAPIValidator } from 'openapi-backend'
import { description } from './github-description.ts'

/** A request to the REST API. */
export interface Asked {
  readonly method: string
  /** Below the root of the API, with the query: `/repos/acme/widgets?page=2`. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  /** Empty: none. */
  readonly body: string
}

/** Why the description does not allow a request, and the status it is refused with. */
export interface Refusal {
  readonly status: number
  readonly message: string
}

/** What the description says of a request. */
export interface Judgement {
  /** GitHub's name of the operation; `undefined`: it has no such one. */
  readonly operation: string | undefined
  readonly refusal?: Refusal
}

type Operation = NonNullable<ReturnType<OpenAPIValidator['router']['matchOperation']>>
type Errors = ReturnType<OpenAPIValidator['validateRequest']>['errors']

/** The version the description is of: what newer ones changed is not in it. */
const API_VERSION = '2022-11-28'
const UNKNOWN = 'Not Found: no such operation in test/fixtures/github-openapi.json'

/** Looks a request up in the description. */
export function judge(asked: Asked): Judgement {
  const path = asked.target.split('?')[0] ?? ''
  const operation = description().router.matchOperation({ method: asked.method, path, headers: {} })
  if (operation?.operationId === undefined)
    return { operation: undefined, refusal: { status: 404, message: UNKNOWN } }
  const refusal = refusalByHeaders(asked, operation) ?? refusalByContent(asked, operation)
  return { operation: operation.operationId, ...(refusal ? { refusal } : {}) }
}

/** What GitHub says of headers in prose, not in its description. */
function refusalByHeaders({ headers, body }: Asked, { requestBody }: Operation): Refusal | undefined {
  const type = headers['content-type'] ?? 'none'
  const version = headers['x-github-api-version'] ?? API_VERSION
  if (headers['user-agent'] === undefined)
    return { status: 403, message: 'Request forbidden: it has no user-agent' }
  if (version !== API_VERSION)
    return { status: 400, message: `x-github-api-version ${String(version)}: described is ${API_VERSION}` }
  if (body === '') return undefined
  if (requestBody === undefined) return { status: 400, message: 'A body where none is described' }
  return /^application\/json\b/.test(type)
    ? undefined
    : { status: 415, message: `The content-type of the body: ${type}` }
}

function refusalByContent({ method, target, body }: Asked, operation: Operation): Refusal | undefined {
  const [path = '', query = ''] = target.split('?')
  const json = body === '' ? undefined : parsed(body)
  if (json === NOT_JSON) return { status: 400, message: 'Problems parsing JSON' }
  const content = json === undefined ? {} : { body: json }
  const headers: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' }
  const request = { method, path, query: queryOf(query), headers, ...content }
  const wrong = wordsOf(description().validateRequest(request, operation).errors)
  return wrong === '' ? undefined : { status: 422, message: `Invalid request. ${wrong}` }
}

/** What is wrong with an answer to an operation; `undefined`: nothing. */
export function faultOf(
  operation: string,
  { status, body }: { readonly status: number; readonly body?: unknown },
): string | undefined {
  const described = Object.keys(description().router.getOperation(operation)?.responses ?? {})
  if (!described.includes(String(status)) && status < 400) return `${status} is not described`
  const wrong = wordsOf(description().validateResponse(body ?? null, operation, status).errors)
  return wrong === '' ? undefined : wrong
}

const NOT_JSON = Symbol('not JSON')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return NOT_JSON
  }
}

/** A parameter that is given twice is a list. */
function queryOf(text: string): Record<string, string | string[]> {
  const query = new URLSearchParams(text)
  const names = [...new Set(query.keys())]
  return Object.fromEntries(
    names.map((name) => [name, query.getAll(name).length > 1 ? query.getAll(name) : (query.get(name) ?? '')]),
  )
}

/** `requestBody/inputs must NOT have more than 25 properties`, one after the other. */
const wordsOf = (errors: Errors): string =>
  (errors ?? [])
    .map(({ instancePath, message, params }) => {
      const what = params['additionalProperty'] ?? params['allowedValues']
      return `${instancePath.slice(1)} ${message}${what === undefined ? '' : `: ${JSON.stringify(what)}`}`.trim()
    })
    .join('; ')
