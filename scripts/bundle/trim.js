/**
 * Leaves out of the bundle what is in the packages we use, and what nobody here calls.
 *
 * Each entry replaces one module of a package by a smaller one that still does all we need, so
 * that the bundle stays small enough to be read and quick to start. Tests run from the sources,
 * with the packages as they are; `test/e2e` and `test/slow` run the bundle.
 */

/** Whoever calls what was left out is told so. */
const missing = (...names) => names.map((name) => `export const ${name} = undefined`).join('\n')

const SMALLER = [
  // An HTTP client for `getIDToken`.
  { module: /@actions\/core\/lib\/oidc-utils\.js$/, code: missing('OidcClient') },
  // A thousand methods with names, one for each route: we call routes by their path.
  {
    module: /@octokit\/plugin-rest-endpoint-methods\/dist-src\/index\.js$/,
    // The artifact client calls one by its name.
    code: `
      const route = 'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}'
      export const restEndpointMethods = ({ request }) => ({
        rest: { actions: { downloadArtifact: (parameters) => request(route, parameters) } },
      })
      export const legacyRestEndpointMethods = restEndpointMethods`,
  },
  { module: /@octokit\/plugin-paginate-rest\/.*index\.js$/, code: 'export const paginateRest = () => ({})' },
  // Of undici, requests and proxies: no WebSocket, EventSource, cookies, caches, mocks.
  {
    module: /undici\/index\.js$/,
    code: `
      import api from './lib/api/index.js'
      import Dispatcher from './lib/dispatcher/dispatcher.js'
      // As undici does it: a proxy is asked for a tunnel by one of these methods.
      Object.assign(Dispatcher.prototype, api)
      export { fetch } from './lib/web/fetch/index.js'
      export { default as ProxyAgent } from './lib/dispatcher/proxy-agent.js'
      export { default as Agent } from './lib/dispatcher/agent.js'`,
  },
  // Every platform that runs Node 24 has SIMD: one copy of the HTTP parser is enough.
  { module: /undici\/lib\/llhttp\/llhttp-wasm\.js$/, code: 'export default undefined' },
  // What one does with accounts, containers, pages and logs: an entry of the cache is one block blob.
  ...['Service', 'Container', 'PageBlob', 'AppendBlob'].map((name) => ({
    module: new RegExp(`@azure/storage-blob/dist/esm/generated/src/operations/${name}\\.js$`, 'i'),
    code: `export class ${name}Impl {}`,
  })),
  // Signatures for URLs, and queries: the cache service signs its URLs itself.
  {
    module: /@azure\/storage-blob\/dist\/esm\/sas\/BlobSASSignatureValues\.js$/,
    code: missing('generateBlobSASQueryParameters', 'generateBlobSASQueryParametersInternal'),
  },
  {
    module: /@azure\/storage-blob\/dist\/esm\/internal-avro\/index\.js$/,
    code: missing('AvroReader', 'AvroReadable', 'AvroReadableFromStream'),
  },
  // Artifacts of ours are one file as it is: no archives, neither written nor taken apart.
  { module: /@actions\/artifact\/lib\/internal\/upload\/zip\.js$/, code: missing('createZipUploadStream') },
  { module: /unzip-stream\/unzip\.js$/, code: 'export default undefined' },
  // Patterns of paths: ours are names of files, and a name matches what has that name.
  {
    module: /@actions\/glob\/lib\/glob\.js$/,
    code: `
      import { existsSync } from 'node:fs'
      import { resolve } from 'node:path'
      export const create = async (patterns) => ({
        async *globGenerator() {
          for (const line of patterns.split('\\n')) if (existsSync(line)) yield resolve(line)
        },
      })
      export const hashFiles = undefined`,
  },
  // Judges what a client fills into a form: we send none.
  {
    module: /@modelcontextprotocol\/sdk\/dist\/esm\/validation\/ajv-provider\.js$/,
    code: 'export class AjvJsonSchemaValidator {}',
  },
  // Calls that go on for longer than their answer: an experiment, and switched off.
  {
    module: /@modelcontextprotocol\/sdk\/dist\/esm\/experimental\/tasks\/server\.js$/,
    code: missing('ExperimentalServerTasks'),
  },
]

/** Of everything one can do with a blob: writing one in blocks, and reading one. */
const BLOB_CALLS = new Map([
  ['blob', ['download', 'getProperties']],
  ['blockBlob', ['upload', 'stageBlock', 'commitBlockList']],
])
const BLOB_MODULE = /@azure\/storage-blob\/dist\/esm\/generated\/src\/operations\/(blob|blockBlob)\.js$/

/**
 * The descriptions of other calls are left out, and with them those of their headers, which are most of
 * what the package has. The serializer looks up by name only what is written as XML.
 */
function fewerCalls(text, kept) {
  const described = [...text.matchAll(/^const (\w+)OperationSpec = \{$/gm)].map(([, name]) => name)
  const serializer = 'createSerializer(Mappers,'
  if (!kept.every((name) => described.includes(name)) || !text.includes(serializer))
    throw new Error('trim: @azure/storage-blob is written in another way than before')
  return text
    .replace(/^const (\w+)OperationSpec = \{$[^]*?^\};$/gm, (whole, name) =>
      kept.includes(name) ? whole : `const ${name}OperationSpec = undefined;`,
    )
    .replace(serializer, 'createSerializer({ BlockLookupList: Mappers.BlockLookupList },')
}

export const trim = {
  name: 'trim',
  load: (id) => {
    const code = SMALLER.find(({ module }) => module.test(id))?.code
    return code === undefined ? undefined : { code, moduleType: 'js' }
  },
  transform: (text, id) => {
    const kept = BLOB_CALLS.get(BLOB_MODULE.exec(id)?.[1])
    return kept === undefined ? undefined : { code: fewerCalls(text, kept) }
  },
}
