/** Secrets to plant in a loop, in every spelling in which they travel, and what must then be found nowhere. */
import { KINDS, randomText } from './secret-kinds.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Secrets of no known kind: only their values tell. */
export const VALUES = {
  DEPLOY_PASSWORD: `${randomText(6)}/"${randomText(5)}&+ ${randomText(6)}`,
  SIGNING_KEY: `${randomText(40)}\n${randomText(40)}\n${randomText(40)}`,
  VENDOR_TOKEN: randomText(24),
}
const URL_SECRET = randomText(14)

/** Given, and too short to be looked for. */
export const TOO_SHORT = randomText(5)

/** What the run is given. */
export const GIVEN = {
  ...VALUES,
  SHORT_TOKEN: TOO_SHORT,
  DATABASE_URL: `mysql://app:${URL_SECRET}@db.internal/app`,
}

const spelt = (value: string): string[] => [
  value,
  JSON.stringify(value).slice(1, -1),
  JSON.stringify(JSON.stringify(value)).slice(3, -3),
  encodeURIComponent(value),
  new URLSearchParams({ v: value }).toString().slice(2),
  base64(value),
  Buffer.from(value).toString('base64url'),
  Buffer.from(value).toString('hex'),
  ...['u:', 'user:', 'x-access-token:'].map((before) => base64(`${before}${value} and more`)),
]

export interface Planted {
  readonly said: string
  /** What may be nowhere: of a base64 only the secret's part, of a key every line. */
  readonly sought: readonly string[]
}

const plant = (said: string): Planted => ({
  said,
  sought: said
    .split('\n')
    .filter((line) => !/^-----/.test(line))
    .flatMap((line) => [line, line.slice(0, 40), line.slice(-24)].filter(({ length }) => length > 11)),
})

export const PLANTED: readonly Planted[] = [
  ...[...Object.values(VALUES), URL_SECRET]
    .flatMap(spelt)
    .map((said) =>
      / and more$/.test(Buffer.from(said, 'base64').toString('latin1'))
        ? { said, sought: [said.slice(-30, -14)] }
        : plant(said),
    ),
  ...KINDS.map(([, secret]) => plant(secret)),
]

/** What is found of the planted, and where. */
export const found = (places: Readonly<Record<string, string>>): string[] =>
  Object.entries(places).flatMap(([place, text]) =>
    PLANTED.flatMap(({ said, sought }) =>
      sought.some((part) => text.includes(part)) ? [`${place}: ${said.slice(0, 30)}`] : [],
    ),
  )
