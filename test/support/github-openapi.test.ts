/** The judge is tested before it judges: what GitHub allows, what it does not, and our own answers. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { OpenAPIBackend } from 'openapi-backend'
import { cut, OPERATIONS } from '../../scripts/openapi.ts'
import { type Asked, faultOf, judge } from './github-openapi.ts'

const REPO = '/repos/acme/widgets'
const WORKFLOW = `${REPO}/actions/workflows/cms.yml`
const DISPATCHES = `${WORKFLOW}/dispatches`
const HEADERS = { 'user-agent': 'octokit', 'content-type': 'application/json; charset=utf-8' }

/** Texts are sent as they are, everything else as JSON. */
const asked = (method: string, target: string, body: unknown): Asked => ({
  method,
  target,
  headers: HEADERS,
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const inputs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`i${i}`, 'x']))

describe('requests', () => {
  test.each<[operation: string, method: string, target: string, body: unknown]>([
    ['repos/get', 'GET', REPO, ''],
    ['actions/create-workflow-dispatch', 'POST', DISPATCHES, { ref: 'main' }],
    ['actions/create-workflow-dispatch', 'POST', DISPATCHES, { ref: 'main', inputs: inputs(25) }],
    ['actions/create-workflow-dispatch', 'POST', DISPATCHES, { ref: 'main', return_run_details: true }],
    ['actions/enable-workflow', 'PUT', `${WORKFLOW}/enable`, ''],
    ['actions/get-workflow', 'GET', WORKFLOW, ''],
    ['actions/get-workflow', 'GET', `${REPO}/actions/workflows/7`, ''],
    ['actions/list-workflow-runs', 'GET', `${WORKFLOW}/runs?event=workflow_dispatch&per_page=100&page=2`, ''],
    ['actions/get-workflow-run', 'GET', `${REPO}/actions/runs/7`, ''],
    ['actions/get-workflow-run-attempt', 'GET', `${REPO}/actions/runs/7/attempts/1`, ''],
    ['actions/list-jobs-for-workflow-run', 'GET', `${REPO}/actions/runs/7/jobs?filter=latest`, ''],
    ['actions/list-jobs-for-workflow-run-attempt', 'GET', `${REPO}/actions/runs/7/attempts/1/jobs`, ''],
    ['actions/list-repo-secrets', 'GET', `${REPO}/actions/secrets?per_page=100`, ''],
    ['actions/list-repo-organization-secrets', 'GET', `${REPO}/actions/organization-secrets`, ''],
    ['repos/get-branch-rules', 'GET', `${REPO}/rules/branches/cms%2Fmain%2Fstate?per_page=100`, ''],
    ['pulls/list', 'GET', `${REPO}/pulls?head=acme:cms/main/work&base=main&state=all`, ''],
    ['pulls/get', 'GET', `${REPO}/pulls/7`, ''],
    ['pulls/create', 'POST', `${REPO}/pulls`, { title: 't', head: 'h', base: 'b', body: 'x', draft: true }],
    ['pulls/update', 'PATCH', `${REPO}/pulls/7`, { state: 'closed', body: '' }],
    ['pulls/update', 'PATCH', `${REPO}/pulls/7`, ''],
  ])('%s: %s %s %j', (operation, method, target, body) => {
    expect(judge(asked(method, target, body))).toEqual({ operation })
  })

  test.each<[what: string, status: number, named: RegExp, method: string, target: string, body: unknown]>([
    ['no such route', 404, /no such operation/, 'GET', `${REPO}/runs`, ''],
    ['no such route, but a longer one', 404, /no such operation/, 'GET', `${REPO}/actions`, ''],
    ['a slash too many', 404, /no such operation/, 'GET', `${REPO}/`, ''],
    ['another root', 404, /no such operation/, 'POST', '/api/graphql', {}],
    ['the wrong method', 404, /no such operation/, 'PUT', DISPATCHES, { ref: 'main' }],
    ['a run that is no number', 422, /run_id must be integer/, 'GET', `${REPO}/actions/runs/x`, ''],
    ['an unknown query parameter', 422, /"pages"/, 'GET', `${WORKFLOW}/runs?pages=2`, ''],
    ['a query where none is known', 422, /"page"/, 'GET', `${REPO}?page=2`, ''],
    ['a page that is no number', 422, /page must be integer/, 'GET', `${WORKFLOW}/runs?page=x`, ''],
    ['a page given twice', 422, /page must be/, 'GET', `${WORKFLOW}/runs?page=1&page=2`, ''],
    ['a state that is none', 422, /\["open","closed","all"\]/, 'GET', `${REPO}/pulls?state=opened`, ''],
    ['no ref', 422, /'ref'/, 'POST', DISPATCHES, { inputs: {} }],
    ['a ref of the wrong type', 422, /ref must be string/, 'POST', DISPATCHES, { ref: 1 }],
    ['26 inputs', 422, /more than 25/, 'POST', DISPATCHES, { ref: 'main', inputs: inputs(26) }],
    ['inputs in a list', 422, /inputs must be object/, 'POST', DISPATCHES, { ref: 'main', inputs: [] }],
    ['a misspelt key', 422, /"input"/, 'POST', DISPATCHES, { ref: 'main', input: {} }],
    ['a field of another operation', 422, /"draft"/, 'PATCH', `${REPO}/pulls/7`, { draft: true }],
    ['all that is wrong', 422, /'head'.*'base'.*"name"/, 'POST', `${REPO}/pulls`, { name: 't' }],
    ['no body', 422, /requestBody/, 'POST', DISPATCHES, ''],
    ['null for a body', 422, /must be object/, 'POST', DISPATCHES, null],
    ['a text for a body', 422, /must be object/, 'POST', DISPATCHES, '"main"'],
    ['half a body', 400, /parsing JSON/, 'POST', DISPATCHES, '{"ref":'],
    ['a body where none is described', 400, /body/, 'PUT', `${WORKFLOW}/enable`, {}],
  ])('refused: %s', (_what, status, named, method, target, body) => {
    expect(judge(asked(method, target, body)).refusal).toEqual({
      status,
      message: expect.stringMatching(named),
    })
  })

  test.each<[what: string, status: number, headers: Asked['headers']]>([
    ['no user-agent', 403, { ...HEADERS, 'user-agent': undefined }],
    ['no content-type', 415, { ...HEADERS, 'content-type': undefined }],
    ['a body that is not said to be JSON', 415, { ...HEADERS, 'content-type': 'text/plain' }],
    ['a version that dispatches in another way', 400, { ...HEADERS, 'x-github-api-version': '2026-03-10' }],
  ])('refused: %s', (_what, status, headers) => {
    expect(judge({ ...asked('POST', DISPATCHES, { ref: 'main' }), headers }).refusal).toMatchObject({
      status,
    })
  })
})

describe('answers', () => {
  const job = { status: 'in_progress', conclusion: null, steps: [{ name: 'cms', conclusion: null }] }
  const details = { workflow_run_id: 7, run_url: 'https://x.example/7', html_url: 'https://x.example/7' }

  test.each<[operation: string, status: number, body: unknown]>([
    ['repos/get', 200, { full_name: 'acme/widgets', default_branch: 'main' }],
    ['actions/create-workflow-dispatch', 204, undefined],
    ['actions/create-workflow-dispatch', 200, details],
    ['actions/create-workflow-dispatch', 422, { message: 'No ref found for: x', status: '422' }],
    ['actions/list-jobs-for-workflow-run', 200, { total_count: 1, jobs: [job] }],
    ['pulls/list', 200, [{ number: 1, head: { ref: 'cms/main/work' } }]],
    ['pulls/create', 422, { message: 'Validation Failed', documentation_url: 'x', status: '422' }],
  ])('%s may answer %i %j', (operation, status, body) => {
    expect(faultOf(operation, { status, body })).toBeUndefined()
  })

  test.each<[what: string, named: RegExp, operation: string, status: number, body: unknown]>([
    ['a status', /201/, 'repos/get', 201, {}],
    ['a field', /"full_nam"/, 'repos/get', 200, { full_nam: 'acme/widgets' }],
    ['a type', /default_branch must be string/, 'repos/get', 200, { default_branch: null }],
    [
      'a deep field',
      /"nam"/,
      'actions/list-jobs-for-workflow-run',
      200,
      { jobs: [{ steps: [{ nam: 'x' }] }] },
    ],
    ['half an envelope', /'total_count'/, 'actions/list-workflow-runs', 200, { workflow_runs: [] }],
    ['a choice', /success/, 'actions/list-jobs-for-workflow-run', 200, { jobs: [{ conclusion: 'good' }] }],
    ['an address', /html_url/, 'actions/create-workflow-dispatch', 200, { ...details, html_url: '/7' }],
    ['a time', /created_at/, 'actions/get-workflow-run', 200, { created_at: 'today' }],
    ['words where nothing is said', /null/, 'actions/enable-workflow', 204, {}],
    ['an error without a message', /message/, 'actions/get-workflow', 404, {}],
    ['a list', /array/, 'pulls/list', 200, { pulls: [] }],
  ])('not GitHub’s: %s', (_what, named, operation, status, body) => {
    expect(faultOf(operation, { status, body })).toMatch(named)
  })
})

describe('the description', () => {
  const file = new URL('../fixtures/github-openapi.json', import.meta.url)
  const text = readFileSync(file, 'utf8')

  test('is one of OpenAPI, with every operation of the list and no other: `npm run openapi`', async () => {
    const api = new OpenAPIBackend({ definition: JSON.parse(text), strict: true, validate: false })
    await api.init()
    const found = api.router.getOperations().map(({ operationId }) => operationId)
    expect(new Set(found)).toEqual(new Set(OPERATIONS))
  })

  test('is small enough to be read in a diff', () => {
    expect(text.length).toBeLessThan(200_000)
    expect(text).not.toMatch(/"examples?":/)
  })
})

describe('a cut', () => {
  const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` })
  const body = (schema: object) => ({ content: { 'application/json': { schema } } })
  const whole = {
    openapi: '3.0.3',
    info: {},
    paths: {
      '/a': {
        get: { operationId: 'a/get', tags: ['x'], responses: { '200': body(ref('schemas', 'a')) } },
        post: {
          operationId: 'a/post',
          requestBody: { ...body(ref('schemas', 'b')), required: true },
          responses: {},
        },
      },
      '/c': { get: { operationId: 'c/get', responses: { '200': body(ref('schemas', 'c')) } } },
    },
    components: {
      schemas: {
        a: { type: 'object', description: 'An a', properties: { description: ref('schemas', 'b') } },
        b: {
          type: 'object',
          properties: { inner: { type: 'object', properties: {}, example: 1 }, free: { type: 'object' } },
        },
        c: { type: 'string' },
      },
    },
  }

  test('has the operations named and what they need, through others too', () => {
    const { paths, components } = cut(whole, ['a/get'])
    expect(paths).toEqual({
      '/a': { get: { operationId: 'a/get', responses: { '200': body(ref('schemas', 'a')) } } },
    })
    expect(components).toEqual({
      schemas: {
        a: { type: 'object', properties: { description: ref('schemas', 'b') } },
        b: {
          type: 'object',
          properties: { inner: { type: 'object', properties: {} }, free: { type: 'object' } },
        },
      },
    })
  })

  test('closes the bodies of requests where fields are listed, and nothing else', () => {
    const { paths, components } = cut(whole, ['a/post'])
    const inner = { type: 'object', additionalProperties: false, properties: {} }
    expect(paths['/a']?.['post']?.['requestBody']).toEqual({
      required: true,
      ...body({
        type: 'object',
        additionalProperties: false,
        properties: { inner, free: { type: 'object' } },
      }),
    })
    expect(components).toEqual({})
  })

  test('is refused for an operation that GitHub does not have', () => {
    expect(() => cut(whole, ['a/get', 'a/got'])).toThrow(/a\/got/)
  })
})
