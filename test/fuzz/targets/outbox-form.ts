/** An outbox as one input: its files behind each other, and those with JSON taken apart. */
import { z } from 'zod'
import type { OutboxFile } from '../../../src/core/outbox.ts'
import { JSON_WORDS, jsonIn } from '../forms.ts'
import { printJson } from '../mutate-value.ts'
import type { Form } from '../target.ts'

/** Between the files of an outbox, and between a path and its text. */
export const [FILE, TEXT] = ['\u001e', '\u001f']

export const SECRET = 'Zq8Wm3Rt5-Yp7Xk9Lc2'

export const filesIn = (input: Buffer): OutboxFile[] =>
  input
    .toString()
    .split(FILE)
    .map((file) => {
      const [path = '', ...text] = file.split(TEXT)
      return text.length === 0 ? { path, refused: 'it is a link' } : { path, text: text.join(TEXT) }
    })

const File = z.object({ path: z.string(), text: z.string().optional(), json: z.unknown() })

export const form: Form = {
  take: (input) =>
    filesIn(input).map((file) => {
      if (!('text' in file)) return { path: file.path }
      const json = jsonIn(file.text)
      return json === undefined ? { path: file.path, text: file.text } : { path: file.path, json }
    }),
  print: (value) => {
    const files = z.array(z.unknown()).safeParse(value).data ?? [value]
    const texts = files.map((one) => {
      const { data } = File.safeParse(one)
      if (data === undefined) return `report.json${TEXT}${printJson(one)}`
      const text = data.text ?? (data.json === undefined ? undefined : printJson(data.json))
      return text === undefined ? data.path : `${data.path}${TEXT}${text}`
    })
    return Buffer.from(texts.join(FILE))
  },
  words: [
    ...JSON_WORDS,
    FILE,
    TEXT,
    'report.json',
    'tasks/a.json',
    '"status":',
    '"split"',
    '"usage":',
    SECRET,
  ],
}
