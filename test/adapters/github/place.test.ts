import { expect, test } from '@jest/globals'
import { githubPlace } from '../../../src/adapters/github/place.ts'

const CLOUD = ['GH_TOKEN', 'GITHUB_TOKEN']
const OWN = ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN', ...CLOUD]
const ACME = { owner: 'acme', repo: 'widgets' }
const DOTCOM = {
  ...ACME,
  host: 'github.com',
  serverUrl: 'https://github.com',
  apiUrl: 'https://api.github.com',
  isPrivate: true,
  tokens: CLOUD,
}
const CORP = {
  ...ACME,
  host: 'git.corp.example',
  serverUrl: 'https://git.corp.example',
  apiUrl: 'https://git.corp.example/api/v3',
  isPrivate: true,
}
const OPEN = {
  ...CORP,
  serverUrl: 'http://git.corp.example',
  apiUrl: 'http://git.corp.example/api/v3',
  isPrivate: false,
}
const ON_GITHUB = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_API_URL: 'https://api.github.com' }

// biome-ignore format: one row, one URL
test.each<[url: string, env: Record<string, string>, place: object | undefined]>([
  ['https://github.com/acme/widgets',                {}, DOTCOM],
  ['https://github.com/acme/widgets.git/',           {}, DOTCOM],
  ['https://me:secret@github.com/acme/widgets.git',  {}, DOTCOM],
  ['git@github.com:acme/widgets.git',                {}, DOTCOM],
  ['github.com:acme/widgets',                        {}, DOTCOM],
  ['ssh://git@ssh.github.com:443/acme/widgets.git',  {}, DOTCOM],
  ['https://acme.ghe.com/acme/widgets',              {}, { ...DOTCOM, host: 'acme.ghe.com', serverUrl: 'https://acme.ghe.com', apiUrl: 'https://api.acme.ghe.com' }],
  ['git@git.corp.example:acme/widgets.git',          { GH_HOST: 'git.corp.example' }, { ...CORP, tokens: OWN }],
  ['ssh://git@git.corp.example:22/acme/widgets',     { GH_HOST: 'git.corp.example' }, { ...CORP, tokens: OWN }],
  // It may be anything: no token of the environment is for it.
  ['https://git.corp.example/acme/widgets',          {}, { ...CORP, tokens: [] }],
  ['https://git.corp.example/acme/widgets',          { GH_HOST: 'other.example' }, { ...CORP, tokens: [] }],
  ['http://127.0.0.1:8080/acme/widgets',             { GITHUB_API_URL: 'http://127.0.0.1:8080/api/v3/' }, { ...ACME, host: '127.0.0.1', serverUrl: 'http://127.0.0.1:8080', apiUrl: 'http://127.0.0.1:8080/api/v3', isPrivate: true, tokens: OWN }],
  // What the environment says of another server is not about this one.
  ['https://github.com/acme/widgets',                { GITHUB_API_URL: 'http://127.0.0.1:8080' }, DOTCOM],
  ['git@github.com:acme/widgets.git',                { GITHUB_API_URL: 'https://git.corp.example/api/v3' }, DOTCOM],
  ['git@git.corp.example:acme/widgets.git',          ON_GITHUB, { ...CORP, tokens: [] }],
  ['http://127.0.0.1:8080/acme/widgets',             { GITHUB_API_URL: 'http://127.0.0.1:8081/api/v3' }, { ...ACME, host: '127.0.0.1', serverUrl: 'http://127.0.0.1:8080', apiUrl: 'http://127.0.0.1:8080/api/v3', isPrivate: true, tokens: [] }],
  ['git@github.com:acme/widgets.git',                ON_GITHUB, DOTCOM],
  ['git@git.corp.example:acme/widgets.git',          { GITHUB_API_URL: 'https://git.corp.example/api/v3' }, { ...CORP, tokens: OWN }],
  ['git@git.corp.example:acme/widgets.git',          { GITHUB_API_URL: 'https://api.git.corp.example' }, { ...CORP, apiUrl: 'https://api.git.corp.example', tokens: OWN }],
  ['git@git.corp.example:acme/widgets.git',          { GITHUB_SERVER_URL: 'https://git.corp.example', GITHUB_API_URL: 'https://rest.example/v3' }, { ...CORP, apiUrl: 'https://rest.example/v3', tokens: OWN }],
  ['git@git.corp.example:acme/widgets.git',          { GITHUB_API_URL: 'nonsense' }, { ...CORP, tokens: [] }],
  // Anybody on the way could read the token.
  ['http://git.corp.example/acme/widgets',           { GH_HOST: 'git.corp.example' }, { ...OPEN, tokens: [] }],
  ['http://git.corp.example/acme/widgets',           { GITHUB_API_URL: 'http://git.corp.example/api/v3' }, { ...OPEN, tokens: [] }],
  ['https://git.corp.example/acme/widgets',          { GITHUB_API_URL: 'http://git.corp.example/api/v3' }, { ...CORP, apiUrl: OPEN.apiUrl, isPrivate: false, tokens: [] }],
  ['1.2.3.999:acme/widgets',                         {}, undefined],
  ['https://github.com/acme',                        {}, undefined],
  ['https://gitlab.example/group/sub/widgets',       {}, undefined],
  ['https://github.com/acme/wid%2Fgets',             {}, undefined],
  ['/srv/git/acme/widgets.git',                      {}, undefined],
  ['../acme/widgets',                                {}, undefined],
  ['file:///acme/widgets',                           {}, undefined],
])('%s', (url, env, place) => {
  expect(githubPlace(url, env)).toEqual(place)
})
