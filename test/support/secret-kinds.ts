/**
 * One secret of every kind, made up anew in every process. Their shapes are put together here from
 * pieces, so that no scanner takes this file for a leak.
 */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const HEX = '0123456789abcdef'

/** Random text that no rule takes for a word. */
export const randomText = (length: number, from = LETTERS): string =>
  Array.from(randomBytes(length), (byte) => from[byte % from.length]).join('')

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = () =>
  [base64url({ alg: 'RS256' }), base64url({ iss: randomText(40), exp: 1 }), randomText(342)].join('.')
const key = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
    .trim()
/** It ends in `fQ`, the base64 of a last brace that stands alone. */
const onePassword = () => {
  const text = (email: string) => JSON.stringify({ email, muk: { k: randomText(80) }, x: randomText(22) })
  const over = (text('').length - 1) % 3
  return Buffer.from(text(randomText(21 - over)))
}

const like = (...parts: string[]) => parts.join('')

/** Certain: a file that holds one is refused. */
// biome-ignore format: one row, one kind
export const KINDS: readonly (readonly [kind: string, secret: string])[] = [
  ['a personal token of GitHub',      like('gh', 'p_', randomText(36))],
  ['an installation token, short',    like('gh', 's_', randomText(36))],
  ['an installation token, long',     like('gh', 's_', '1234567_', jwt())],
  ['a user token with dots',          like('gh', 'u_', '99_', jwt())],
  ['a fine-grained token',            like('github', '_pat_', randomText(22), '_', randomText(59))],
  ['a key of Anthropic',              like('sk-', 'ant-', 'api03-', randomText(93), 'AA')],
  ['a login of Claude Code',          like('sk-', 'ant-', 'oat01-', randomText(90), '-_AA')],
  ['a key of OpenAI',                 like('sk-', 'proj-', randomText(74), 'T3Blbk', 'FJ', randomText(74))],
  ['an old key of OpenAI',            like('sk-', randomText(20), 'T3Blbk', 'FJ', randomText(20))],
  ['a key of OpenRouter',             like('sk-', 'or-v1-', randomText(64, HEX))],
  ['a key of Google',                 like('AI', 'za', randomText(35))],
  ['a login of Google',               like('ya', '29.', randomText(120))],
  ['a client secret of Google',       like('GOC', 'SPX-', randomText(28))],
  ['a key id of AWS',                 like('AK', 'IA', randomText(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'))],
  ['a secret of AWS',                 like('aws_secret', '_access_key=', randomText(40))],
  ['a storage account of Azure',      like('Account', 'Key=', randomText(86), '==')],
  ['a client secret of Azure',        like(randomText(3), '8Q', '~', randomText(34))],
  ['a token of npm',                  like('np', 'm_', randomText(36))],
  ['a token of PyPI',                 like('py', 'pi-AgEIcHlwaS5vcmc', randomText(140))],
  ['a token of Slack',                like('xo', 'xb-', '2983471123-', '8830012345-', randomText(24))],
  ['a hook of Slack',                 like('https://hooks.', 'slack.com/services/', 'T', randomText(9), '/B', randomText(9), '/', randomText(24))],
  ['a key of SendGrid',               like('S', 'G.', randomText(22), '.', randomText(43))],
  ['a live key of Stripe',            like('sk', '_live_', randomText(40))],
  ['a token of Shopify',              like('shp', 'at_', randomText(32))],
  ['a token of GitLab',               like('gl', 'pat-', randomText(20))],
  ['a token of Linear',               like('lin', '_api_', randomText(40))],
  ['a token of Notion',               like('nt', 'n_', randomText(11, '3719028465'), randomText(35))],
  ['a token of Hugging Face',         like('h', 'f_', randomText(34, LETTERS.slice(0, 52)))],
  ['a key of Groq',                   like('gs', 'k_', randomText(52))],
  ['a token of Docker',               like('dckr', '_pat_', randomText(27))],
  ['a token of Databricks',           like('da', 'pi', createHash('md5').update(randomText(9)).digest('hex'))],
  ['a token of Cloudflare',           like('cf', 'ut_', randomText(40), randomText(8, HEX))],
  ['a token of Vault',                like('hv', 's.', randomText(95))],
  ['a service account of 1Password',  like('op', 's_', onePassword().toString('base64'))],
  ['a private key',                   key()],
  ['a private key in JSON',           JSON.stringify(key()).slice(1, -1)],
]

/** Masked where it is shown; in a file it is as often a test or a document. */
// biome-ignore format: one row, one kind
export const SHOWN_ONLY: readonly (readonly [kind: string, secret: string])[] = [
  ['a JSON web token',                jwt()],
  ['a header',                        `Authorization: Bearer ${randomText(30)}`],
  ['a header in JSON',                `"authorization": "token ${randomText(30)}"`],
  ['the header of an API',            `x-api-key: ${randomText(30)}`],
  ['a password in a URL',             `https://alice:${randomText(12)}@example.com/`],
  ['a database',                      `postgres://app:${randomText(12)}@db.internal:5432/app`],
  ['a line of .npmrc',                `//registry.example/:_auth${'Token'}=${randomText(36)}`],
  ['the beginning of a private key',  `-----BEGIN RSA ${'PRIVATE'} KEY-----\n${randomText(64)}`],
  ['a private key of PGP',            `-----BEGIN PGP ${'PRIVATE'} KEY BLOCK-----\n\n${randomText(64)}\n-----END PGP ${'PRIVATE'} KEY BLOCK-----`],
]
