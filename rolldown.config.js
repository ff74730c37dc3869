import { defineConfig } from 'rolldown'
import { tighten } from './scripts/bundle/tighten.js'
import { trim } from './scripts/bundle/trim.js'

const packages = (...names) => new RegExp(`/node_modules/(${names.join('|')})/`)

/** Doors to packages are named after them: `@actions/github` → `actions-github`. */
const packageOf = (path) =>
  /\/node_modules\/(?:@([^/]+)\/)?([^/]+)\//.exec(path)?.slice(1).filter(Boolean).join('-')

export default defineConfig({
  input: {
    action: 'src/entry/main.ts',
    post: 'src/entry/post.ts',
    cli: 'src/entry/cli.ts',
    // Each started as a process of its own, by the name it has beside its starter in the sources.
    'cache-client': 'src/adapters/github/cache-client.ts',
    'artifact-client': 'src/adapters/github/artifact-client.ts',
  },
  platform: 'node',
  plugins: [trim, tighten],
  // Modules rather than CommonJS, where a package has both: what nobody calls can be left out.
  resolve: { mainFields: ['module', 'main'], alias: { bottleneck: 'bottleneck/light.js' } },
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    comments: false,
    chunkFileNames: ({ name, facadeModuleId }) => `${packageOf(facadeModuleId ?? '') ?? name}.js`,
    // Named by what is in them and never by who asks first, so that a change shows as a diff.
    codeSplitting: {
      groups: [
        { name: 'zod', test: packages('zod') },
        { name: 'yaml', test: packages('yaml') },
        { name: 'commander', test: packages('commander') },
        { name: 'clack', test: packages('@clack/[^/]+', 'sisteransi', 'fast-(string|wrap)-[a-z-]+') },
        { name: 'undici', test: packages('@actions/http-client', 'undici', 'tunnel') },
        { name: 'octokit', test: packages('@actions/github', '@octokit/[^/]+', 'bottleneck') },
        { name: 'actions-core', test: packages('@actions/core', '@actions/(exec|io)') },
        // And what those bring along, which nothing else needs.
        {
          name: 'actions-cache',
          test: packages(
            '@actions/(artifact|cache|glob)',
            '@azure/[^/]+',
            '@protobuf-ts/[^/]+',
            'jwt-decode',
            'semver',
            'fast-xml-[a-z]+',
          ),
        },
        { name: 'secretlint', test: /\/(node_modules\/@secretlint|src\/adapters\/secrets)\// },
        // Only what `cms mcp` serves with.
        { name: 'mcp', test: packages('@modelcontextprotocol/sdk') },
        { name: 'execa', test: packages('.*') },
        // What the action needs to start git; the rest is loaded while git is at work.
        {
          name: 'start',
          test: /\/src\/(core\/(error|ids|limits|persons-mail|time)|adapters\/(git\/(git|repository)|process\/run|system\/(clock|bounded-file)))\.ts$/,
        },
        { name: 'config', test: /\/src\/adapters\/config\/(?!workflows)/ },
        { name: 'loop', test: /\/src\/(core|app|ports)\/(?!doctor|tools)/ },
        {
          name: 'adapters',
          test: /\/src\/adapters\/(agent|git|process|store|system)\/(?!survey|left-cred|ask-program)/,
        },
        // Only `cms doctor`, and the first run of a loop.
        { name: 'doctor', test: /\/src\/(core|app)\/doctor/ },
        // Only where an agent is missing.
        { name: 'install', test: /\/src\/adapters\/install\// },
        { name: 'runtime', test: /rolldown\/runtime/ },
      ],
    },
  },
})
