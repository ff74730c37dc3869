import { defineConfig } from 'rolldown'

const packages = (...names) => new RegExp(`/node_modules/(${names.join('|')})/`)

/** Doors to packages are named after them: `@actions/github` → `actions-github`. */
const packageOf = (path) =>
  /\/node_modules\/(?:@([^/]+)\/)?([^/]+)\//.exec(path)?.slice(1).filter(Boolean).join('-')

/**
 * `@actions/core` brings an HTTP client of 700 kB for `getIDToken`, which nobody here calls. It
 * would be read at the start of every run.
 */
const withoutIdTokens = {
  name: 'without-id-tokens',
  load: (id) =>
    /@actions\/core\/lib\/oidc-utils\.js$/.test(id) ? 'export const OidcClient = undefined' : undefined,
}

export default defineConfig({
  input: { action: 'src/entry/main.ts', cli: 'src/entry/cli.ts' },
  platform: 'node',
  plugins: [withoutIdTokens],
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
        { name: 'clack', test: packages('@clack/[^/]+', 'sisteransi', 'fast-[a-z-]+') },
        {
          name: 'octokit',
          test: packages('@actions/(github|http-client)', '@octokit/[^/]+', 'undici', 'tunnel'),
        },
        { name: 'actions-core', test: packages('@actions/core', '@actions/(exec|io)') },
        { name: 'execa', test: packages('.*') },
        // What the action needs to start git; the rest is loaded while git is at work.
        {
          name: 'start',
          test: /\/src\/(core\/(error|ids|limits|time)|adapters\/(git\/(git|repository)|process\/run))\.ts$/,
        },
        { name: 'config', test: /\/src\/adapters\/config\// },
        { name: 'loop', test: /\/src\/(core|app|ports)\// },
        { name: 'adapters', test: /\/src\/adapters\/(agent|git|process|store|system)\// },
        { name: 'runtime', test: /rolldown\/runtime/ },
      ],
    },
  },
})
