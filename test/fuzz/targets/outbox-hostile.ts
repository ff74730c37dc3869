/** Outboxes of a megabyte, each the worst that somebody could think of. */
import { hostileJson } from '../forms.ts'
import { FILE, TEXT } from './outbox-form.ts'

export function hostileOutboxes(): Record<string, Buffer> {
  const one = (text: string) => Buffer.from(`report.json${TEXT}${text}`)
  const many = (each: (n: number) => string) =>
    Buffer.from(Array.from({ length: 199 }, (_, n) => `tasks/t${n}.json${TEXT}${each(n)}`).join(FILE))
  const proposals = (over: (n: number) => object) =>
    many((n) => JSON.stringify({ id: `t${n}`, spec: 'x', ...over(n) }))
  return {
    ...Object.fromEntries(Object.entries(hostileJson()).map(([name, text]) => [name, one(text)])),
    'proposals of the largest size': proposals(() => ({ spec: '😀'.repeat(1_200) })),
    'proposals that need each other': proposals((n) => ({
      needs: Array.from({ length: 199 }, (_, m) => `t${(n + m + 1) % 200}`),
    })),
    'proposals with many keys': many(() => `{${'"k":1,'.repeat(800)}"id":"a"}`),
    'proposals with unknown keys': proposals((n) =>
      Object.fromEntries(Array.from({ length: 500 }, (_, m) => [`k${n}x${m}`, 1])),
    ),
    'a summary of a megabyte': one(JSON.stringify({ summary: 'x '.repeat(500_000) })),
    'a summary of beginnings of keys': one(
      JSON.stringify({ summary: '-----BEGIN PRIVATE KEY-----'.repeat(37_000) }),
    ),
    'a summary of beginnings of tokens': one(
      JSON.stringify({ summary: 'sk-ant-ghp_eyJxoxb-AKIA'.repeat(43_000) }),
    ),
    'a summary of escapes': one(JSON.stringify({ summary: '\u001b[3'.repeat(150_000) })),
    'outputs of a megabyte': one(
      JSON.stringify({ outputs: Object.fromEntries(Array.from({ length: 70_000 }, (_, n) => [`k${n}`, n])) }),
    ),
    'a key of a megabyte': one(JSON.stringify({ outputs: 1, ['k'.repeat(1_000_000)]: 1 })),
    'a reason of lines': one(JSON.stringify({ status: 'blocked', because: '\n'.repeat(900_000) })),
  }
}
