/**
 * Leaves out of the bundle what is in the packages we use, and what nobody here calls.
 *
 * Each entry replaces one module of a package by a smaller one that still does all we need, so
 * that the bundle stays small enough to be read and quick to start. Tests run from the sources,
 * with the packages as they are; `test/e2e` and `test/slow` run the bundle.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Whoever calls what was left out is told so. */
const missing = (...names) => names.map((name) => `export const ${name} = undefined`).join('\n')

const SMALLER = [
  // An HTTP client for `getIDToken`.
  { module: /@actions\/core\/lib\/oidc-utils\.js$/, code: missing('OidcClient') },
  // A thousand methods with names, one for each route: we call routes by their path.
  {
    module: /@octokit\/plugin-rest-endpoint-methods\/dist-src\/index\.js$/,
    code: 'export const restEndpointMethods = () => ({})\nexport const legacyRestEndpointMethods = restEndpointMethods',
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
  // What the answers of the operations above look like: those that are left need a third of it.
  { module: /@azure\/storage-blob\/dist\/esm\/generated\/src\/models\/mappers\.js$/, code: mappersNeeded },
]

/** The constants of a module of mappers that blobs and block blobs name, and those that these name. */
function mappersNeeded(path) {
  const read = (name) => readFileSync(join(path, '../..', name), 'utf8')
  const [head = '', ...rest] = read('models/mappers.js').split(/^(?=export const )/m)
  const blocks = new Map(rest.map((block) => [/^export const (\w+)/.exec(block)?.[1] ?? '', block]))
  const users = ['operations/blob.js', 'operations/blockBlob.js', 'models/parameters.js'].map(read).join('\n')
  const needed = new Set([...blocks.keys()].filter((name) => new RegExp(`\\b${name}\\b`).test(users)))
  // A set hands out what is added while it is gone through.
  for (const name of needed)
    for (const [, named = ''] of (blocks.get(name) ?? '').matchAll(/className: "(\w+)"/g))
      if (blocks.has(named)) needed.add(named)
  return head + [...blocks].flatMap(([name, block]) => (needed.has(name) ? [block] : [])).join('')
}

export const trim = {
  name: 'trim',
  load: (id) => {
    const code = SMALLER.find(({ module }) => module.test(id))?.code
    if (code === undefined) return undefined
    return { code: typeof code === 'function' ? code(id) : code, moduleType: 'js' }
  },
}
